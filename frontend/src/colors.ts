/** One colour for each outlet, the same in bars, cards and charts: those of Home Assistant's charts. */

import type { Group } from "./types";

const COLORS = [
  "#4269d0",
  "#f4bd4a",
  "#6cc5b0",
  "#a463f2",
  "#ff725c",
  "#97bbf5",
  "#01ab63",
  "#ff8ab7",
  "#9c6b4e",
  "#094bad",
  "#c99000",
  "#d84f3e",
  "#49a28f",
  "#048732",
  "#d96895",
  "#8043ce",
];

export const color = (index: number): string =>
  `var(--graph-color-${(index % COLORS.length) + 1}, ${COLORS[index % COLORS.length]})`;

export const plainColor = (index: number): string => COLORS[index % COLORS.length]!;

/** The colours of a group's outlets by `charger/number`. */
export function outletColors(group: Group): Map<string, string> {
  const outlets = group.chargers.flatMap((charger) =>
    charger.connectors.map((connector) => `${charger.id}/${connector.number}`),
  );
  return new Map(outlets.map((outlet, index) => [outlet, color(index)]));
}
