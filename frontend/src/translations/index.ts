/** Every language of the page. To add one, add its file here. */

import en from "./en.json";

type Deep<T> = { [K in keyof T]?: T[K] extends string ? string : Deep<T[K]> };
export type Texts = Deep<typeof en>;

export const languages: Record<string, Texts> = { en };
export { en };
