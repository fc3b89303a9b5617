// Bundles the page and the card; run by script/build-panel, which says what they are made from.
import { build } from "esbuild";

const sources = process.env.SOURCES;
if (!/^[0-9a-f]{12}$/.test(sources ?? "")) {
  throw new Error("run script/build-panel");
}

const shared = {
  bundle: true,
  format: "esm",
  target: ["es2022"],
  minify: true,
  legalComments: "eof",
  charset: "utf8",
  outdir: "../custom_components/ev_load_manager/frontend/dist",
  banner: { js: `// EV Load Manager: made by script/build-panel from sources ${sources}` },
};

await build({ ...shared, entryPoints: ["src/panel.ts"] });
// The card is loaded with every page of Home Assistant, so it fetches the rest when it is shown.
await build({ ...shared, entryPoints: ["src/card.ts"] });
