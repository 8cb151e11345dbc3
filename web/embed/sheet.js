// The section's looks, as a sheet that all sections of a page share.

import css from "./style.css?inline";

export const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
