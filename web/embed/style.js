// The section's looks. It takes the page's font and colour of text; the rest follows from these, so that it fits
// light and dark pages alike. To theme it, set --parley-accent, --parley-accent-ink and --parley-radius on the element.

export const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host {
  --accent: var(--parley-accent, light-dark(#0b5d63, #7cc7c9));
  --accent-ink: var(--parley-accent-ink, light-dark(#ffffff, #0c2223));
  --radius: var(--parley-radius, 6px);
  --line: color-mix(in srgb, currentColor 18%, transparent);
  --field: color-mix(in srgb, currentColor 45%, transparent);
  --wash: color-mix(in srgb, currentColor 4%, transparent);
  --quiet: color-mix(in srgb, currentColor 74%, transparent);
  --warn: light-dark(#8a4b00, #e9b872);
  --bad: light-dark(#a3232a, #f19a97);
  --good: light-dark(#1b6b3a, #8fd0a5);
  display: block;
  container-type: inline-size;
  line-height: 1.55;
  overflow-wrap: anywhere;
}
:host([hidden]), [hidden] { display: none !important; }
*, *::before, *::after { box-sizing: border-box; }
p, ol, ul, h2 { margin: 0; padding: 0; }
ol, ul { list-style: none; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }

.top { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: baseline; justify-content: space-between; }
h2 { font-size: 1.5rem; line-height: 1.25; }
.number { font-weight: 400; color: var(--quiet); }
select, button, .button {
  min-block-size: 2.5rem;
  padding: 0.3rem 0.9rem;
  border: 1px solid var(--field);
  border-radius: var(--radius);
  background: transparent;
  color: inherit;
  font: inherit;
  font-size: 0.95rem;
}
select { padding-inline: 0.6rem; }
option { color: canvastext; background: canvas; }
button, .button { display: inline-flex; align-items: center; font-weight: 600; text-decoration: none; cursor: pointer; }
button:hover, .button:hover { border-color: var(--accent); }
.primary { border-color: var(--accent); background: var(--accent); color: var(--accent-ink); }
.link {
  min-block-size: 1.75rem;
  padding: 0;
  border: 0;
  color: var(--accent);
  font-size: 0.9rem;
  text-decoration: underline transparent;
  text-underline-offset: 0.2em;
}
.link:hover { text-decoration-color: currentColor; }
.who .link { font: inherit; text-decoration: underline; }

.writing { margin-block: 1.25rem 1.75rem; }
.notice { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center; padding: 1rem; border-radius: var(--radius); background: var(--wash); }
.who, .quiet, .count { color: var(--quiet); font-size: 0.9rem; }
.who { margin-block-end: 0.75rem; }
label { display: block; margin-block-end: 0.35rem; font-weight: 600; }
textarea {
  display: block;
  inline-size: 100%;
  min-block-size: 6.5rem;
  padding: 0.65rem 0.75rem;
  border: 1px solid var(--field);
  border-radius: var(--radius);
  background: var(--wash);
  color: inherit;
  font: inherit;
  resize: vertical;
}
.row { display: flex; flex-wrap: wrap; gap: 0.5rem 0.75rem; align-items: center; margin-block-start: 0.6rem; }
.count { margin-inline-end: auto; font-variant-numeric: tabular-nums; }
.near { color: var(--warn); }
.over { color: var(--bad); font-weight: 600; }
.sending { opacity: 0.7; }
.message { margin-block-start: 0.75rem; padding: 0.6rem 0.85rem; border-inline-start: 4px solid var(--field); background: var(--wash); }
.message:empty { margin: 0; padding: 0; border: 0; }
.message.published { border-color: var(--good); }
.message.held { border-color: var(--warn); }
.message.rejected, .message.problem { border-color: var(--bad); }

.own { margin-block-start: 1rem; border: 1px solid var(--line); border-radius: var(--radius); }
.own summary { padding: 0.6rem 0.85rem; cursor: pointer; font-size: 0.95rem; }
.own ul { padding: 0 0.85rem; }
.own li { padding-block: 0.65rem; border-block-start: 1px solid var(--line); font-size: 0.95rem; }
.badge {
  display: inline-block;
  padding: 0 0.5em;
  border: 1px solid;
  border-radius: 1em;
  color: var(--quiet);
  font-size: 0.8rem;
  font-weight: 600;
}
summary .badge { margin-inline-start: 0.6em; }
.badge.published { color: var(--good); }
.badge.held { color: var(--warn); }
.badge.rejected { color: var(--bad); }

.list > li { padding-block: 1.1rem 0.6rem; border-block-start: 1px solid var(--line); }
.list > li.new > article { padding-inline-start: 0.75rem; border-inline-start: 4px solid var(--accent); }
.name { font-weight: 650; }
.meta time { color: var(--quiet); font-size: 0.9rem; margin-inline-start: 0.35em; }
.body { margin-block: 0.35rem 0.25rem; white-space: pre-line; unicode-bidi: isolate; text-align: start; }
.short { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 3; }
.actions { display: flex; gap: 1.1rem; }
.below { padding-inline-start: clamp(0.75rem, 4vw, 1.75rem); }
.below .below .below { padding-inline-start: 0; }
.below form { margin-block: 0.5rem 1rem; }
.foot { padding-block: 0.75rem; }
.foot:empty { padding: 0; }

.visually-hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@container (max-width: 26rem) { .count { flex-basis: 100%; } }
@media print { .writing, .actions, .foot, select { display: none; } }
`);
