// Builds the pages and the embed script into functions/web/static, where they are committed, so that neither
// `make run` nor a deployment needs Node.
//
//   node web/build.js           build, and say what became how large
//   node web/build.js --check   build elsewhere; fail if what is committed differs
//
// The comment section is built apart from the pages: what it loads is its own and nothing else.

import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { Licences } from "./licences.js";

const WEB = path.dirname(fileURLToPath(import.meta.url));
const STATIC = path.join(WEB, "../functions/web/static");
const EMBED = "embed.js";
const TEXTS = "embed/texts/";
const MANIFEST = "manifest.json";
const LICENCES = "licenses.txt";
// Written from the API's code, by local/openapi.py.
const NOT_BUILT_HERE = new Set(["openapi.json"]);

const PAGES = { console: "console/index.html", demo: "demo/index.html", login: "login/index.html" };
const SECTION = { section: "embed/section.js" };

// In place of Vite's preloader: no script here has styles of its own to wait for.
const plainImports = {
  name: "plain-imports",
  enforce: "pre",
  load: { filter: { id: /vite\/preload-helper/ }, handler: () => "export const __vitePreload = (load) => load();" },
};

/** One build; what it wrote is appended to the folder. Returns its manifest: by source, the files made of it. */
async function bundle(input, folder, licences) {
  await build({
    root: WEB,
    base: "./",
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    plugins: [plainImports, licences.plugin()],
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: ["es2023", "chrome125", "firefox126", "safari18"],
      cssTarget: ["chrome125", "firefox126", "safari18"],
      // A preloader would write markup, which the pages' policy forbids; the loader and the pages name what they need.
      modulePreload: false,
      assetsInlineLimit: 0,
      manifest: MANIFEST,
      reportCompressedSize: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(input).map(([name, file]) => [name, path.join(WEB, file)])),
        output: {
          // The server keeps names with a hexadecimal hash for a year.
          hashCharacters: "hex",
          entryFileNames: "assets/[name]-[hash].js",
          chunkFileNames: "assets/[name]-[hash].js",
          assetFileNames: "assets/[name]-[hash][extname]",
        },
      },
    },
  });
  return JSON.parse(await readFile(path.join(folder, MANIFEST), "utf8"));
}

/** Builds everything into an empty folder. */
async function buildAll(folder) {
  const licences = new Licences(WEB);
  const pages = await bundle(PAGES, folder, licences);
  const section = await bundle(SECTION, folder, licences);
  const loader = await readFile(path.join(WEB, "embed/loader.js"), "utf8");
  const named = loader
    .replace('"__TEXTS__"', JSON.stringify(textFiles(section)))
    .replace("__SECTION__", section["embed/section.js"].file);
  await writeFile(path.join(folder, EMBED), named);
  await writeFile(path.join(folder, MANIFEST), `${JSON.stringify({ embed: section, pages }, null, 1)}\n`);
  await writeFile(path.join(folder, LICENCES), await licences.text());
}

/** The files of the comment section's texts, by language. */
function textFiles(manifest) {
  const texts = Object.entries(manifest).filter(([source]) => source.startsWith(TEXTS));
  return Object.fromEntries(texts.map(([source, { file }]) => [path.basename(source, ".json"), file]));
}

/** The built files of a folder, as bytes by path. */
async function builtFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((name) => !NOT_BUILT_HERE.has(name))
    .sort();
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name))])));
}

function differences(committed, built) {
  return [...new Set([...committed.keys(), ...built.keys()])].filter((name) => {
    const [old, now] = [committed.get(name), built.get(name)];
    return !old || !now || !old.equals(now);
  });
}

function report(files) {
  console.log(`${"file".padEnd(44)} ${"bytes".padStart(8)} ${"gzipped".padStart(8)}`);
  for (const [name, content] of files) {
    if (name === MANIFEST) continue;
    console.log(`${name.padEnd(44)} ${String(content.length).padStart(8)} ${String(gzipped(content)).padStart(8)}`);
  }
  console.log(`\nLicences: functions/web/static/${LICENCES}`);
}

function gzipped(content) {
  return gzipSync(content, { level: 9 }).length;
}

const folder = await mkdtemp(path.join(tmpdir(), "parley-web-"));
try {
  await buildAll(folder);
  const [committed, built] = [await builtFiles(STATIC), await builtFiles(folder)];
  const changed = differences(committed, built);
  if (process.argv.includes("--check")) {
    if (changed.length) {
      console.error(`functions/web/static differs from what web/ builds; run \`make web\`: ${changed.join(", ")}`);
      process.exitCode = 1;
    }
  } else {
    for (const name of committed.keys()) if (!built.has(name)) await rm(path.join(STATIC, name));
    await cp(folder, STATIC, { recursive: true });
    report(built);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
