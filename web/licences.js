// Which packages' code stands in the built files, and under which licences.

import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

const PACKAGE = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//;

/** Collects the packages over several builds. */
export class Licences {
  /** @param {string} web The folder of the sources. */
  constructor(web) {
    this.web = web;
    /** @type {Map<string, string>} Folders by package name. */
    this.folders = new Map();
  }

  /** For a build: notes every package of which some code is left after shaking. */
  plugin() {
    const { folders } = this;
    return {
      name: "licences",
      generateBundle(_options, bundle) {
        for (const chunk of Object.values(bundle)) {
          for (const [id, { renderedLength }] of Object.entries(chunk.modules ?? {})) {
            const found = PACKAGE.exec(id.replaceAll("\\", "/").replace(/^\0/, ""));
            if (found && renderedLength) folders.set(found[2], found[1]);
          }
        }
      },
    };
  }

  /** The notice that travels with the built files. */
  async text() {
    const parts = await Promise.all([...this.folders].sort().map(([name, folder]) => notice(name, folder)));
    const none = "The comment section, the console, the login and the demo page hold no third-party code.\n";
    return parts.length ? `Third-party code in the built pages.\n\n${parts.join("\n")}` : none;
  }
}

async function notice(name, folder) {
  const { version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).sort().find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (!license || !file) throw new Error(`${name} has no licence to pass on`);
  const words = (await readFile(path.join(folder, file), "utf8")).trim();
  return `${name} ${version} (${license})\n\n${words}\n`;
}
