// Parley's comments for a page: <script src="…/embed.js" async></script> and, where they should stand,
// <parley-comments article-id="…"></parley-comments>.
(() => {
  const home = new URL("./", document.currentScript.src);
  const load = (path) => import(new URL(path, home).href);
  // All at once: what one imports of the others has then been asked for already.
  const files = ["embed/section.js", "embed/thread.js", "embed/style.js", "shared/api.js", "shared/dom.js", "shared/session.js"];
  Promise.all(files.map(load)).catch(() => {
    for (const element of document.querySelectorAll("parley-comments")) {
      element.textContent = "The comments could not be loaded. Please reload the page.";
    }
  });
})();
