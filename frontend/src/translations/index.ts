/** Every language of the page. To add one, add its file here. */

import de from "./de.json";
import en from "./en.json";
import fi from "./fi.json";
import nb from "./nb.json";
import nl from "./nl.json";
import sv from "./sv.json";

type Deep<T> = { [K in keyof T]?: T[K] extends string ? string : Deep<T[K]> };
export type Texts = Deep<typeof en>;

export const languages: Record<string, Texts> = { de, en, fi, nb, nl, sv };
export { en };
