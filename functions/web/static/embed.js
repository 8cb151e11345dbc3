// Parley's comments for a page: <script src="…/embed.js" async></script> and, where they should stand,
// <parley-comments article-id="…"></parley-comments>. The one file whose name never changes; it names the rest.
(() => {
  const home = new URL("./", document.currentScript.src);
  const load = (file) => import(new URL(file, home).href);
  const texts = {"ar":"assets/ar-9e669f1e.js","de":"assets/de-4ebf3eef.js","en":"assets/en-41b1c8ab.js","es":"assets/es-df421f16.js","fr":"assets/fr-ec8d0535.js"};
  const element = document.querySelector("parley-comments, parley-count");
  // A guess at what the section will ask for, so that it has been fetched by then.
  const language = element?.closest("[lang]")?.lang || navigator.language;
  const guessed = load(texts[language.slice(0, 2).toLowerCase()] ?? texts.en);
  Promise.all([load("assets/section-b52a74bd.js"), guessed]).catch(() => {
    for (const section of document.querySelectorAll("parley-comments")) {
      section.append("The comments could not be loaded. Please reload the page.");
    }
  });
})();
