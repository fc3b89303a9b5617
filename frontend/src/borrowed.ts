/**
 * Elements of Home Assistant that it loads with a panel of its own.
 *
 * They are internal: they may change or go with any release, so whoever asks for one has
 * something to put in its place.
 */

interface Routes {
  routes: Record<string, { load(): Promise<unknown> } | undefined>;
}

/** How long a definition may take once its file is there, ms. */
const PATIENCE = 4000;

const asked = new Map<string, Promise<boolean>>();

/** Fetch an element; whether it is there. `panel` has it, or a page in that panel (`inside`). */
export function borrow(tag: string, panel: string, ...inside: string[]): Promise<boolean> {
  if (!asked.has(tag)) asked.set(tag, fetchElement(tag, panel, inside));
  return asked.get(tag)!;
}

async function fetchElement(tag: string, panel: string, inside: string[]): Promise<boolean> {
  if (customElements.get(tag)) return true;
  try {
    const resolver = document.createElement("partial-panel-resolver") as unknown as {
      _getRoutes(panels: object[]): Routes;
    };
    await resolver._getRoutes([{ url_path: "x", component_name: panel }]).routes.x!.load();
    // A page that leads to others is called by the names of those it is in.
    let name = `ha-panel-${panel}`;
    for (const page of inside) {
      const router = document.createElement(name) as unknown as { routerOptions: Routes };
      await router.routerOptions.routes[page]!.load();
      name = `ha-${panel}-${page}`;
    }
    await Promise.race([
      customElements.whenDefined(tag),
      new Promise((resolve) => setTimeout(resolve, PATIENCE)),
    ]);
  } catch {
    // It is not where it was.
  }
  return customElements.get(tag) !== undefined;
}
