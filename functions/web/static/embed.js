// Parley's comments for a page: <script src="…/embed.js" async></script> and, where they should stand,
// <parley-comments article-id="…"></parley-comments>. The one file whose name never changes; it names the rest.
(() => {
  const home = new URL("./", document.currentScript.src);
  const load = (file) => import(new URL(file, home).href);
  const texts = {"ar":"assets/ar-9e8998e7.js","de":"assets/de-cd17717a.js","en":"assets/en-706a0bf8.js","es":"assets/es-d1f0ea8d.js","fr":"assets/fr-3758530a.js"};
  const element = document.querySelector("parley-comments, parley-count");
  // A guess at what the section will ask for, so that it has been fetched by then.
  const language = element?.closest("[lang]")?.lang || navigator.language;
  load(texts[language.slice(0, 2).toLowerCase()] ?? texts.en).catch(() => {});
  load("assets/section-7756ce51.js").catch(() => {
    for (const section of document.querySelectorAll("parley-comments")) {
      section.append("The comments could not be loaded. Please reload the page.");
    }
  });
})();
