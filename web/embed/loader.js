// Parley's comments for a page: <script src="…/embed.js" async></script> and, where they should stand,
// <parley-comments article-id="…"></parley-comments>. The one file whose name never changes; it names the rest.
(() => {
  const home = new URL("./", document.currentScript.src);
  import(new URL("__SECTION__", home).href).catch(() => {
    for (const element of document.querySelectorAll("parley-comments")) {
      element.textContent = "The comments could not be loaded. Please reload the page.";
    }
  });
})();
