/** Registers an element, once: the page and the card may come from two versions of the file. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
