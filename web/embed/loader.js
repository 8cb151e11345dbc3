// Parley's comments for a page: <script src="…/embed.js" async></script> and, where they should stand,
// <parley-comments article-id="…"></parley-comments>. The one file whose name never changes; it names the rest.
(() => {
  const home = new URL("./", document.currentScript.src);
  const load = (file) => import(new URL(file, home).href);
  const texts = "__TEXTS__";
  const element = document.querySelector("parley-comments, parley-count");
  // A guess at what the section will ask for, so that it has been fetched by then.
  const language = element?.closest("[lang]")?.lang || navigator.language;
  const guessed = load(texts[language.slice(0, 2).toLowerCase()] ?? texts.en);
  Promise.all([load("__SECTION__"), guessed]).catch(() => {
    for (const section of document.querySelectorAll("parley-comments")) {
      section.append("The comments could not be loaded. Please reload the page.");
    }
  });
})();
