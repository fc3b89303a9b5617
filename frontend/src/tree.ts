/** The circuits of a group as the tree that they are, and what hangs on each. */

import type { Part } from "./elements/phase-bars";
import { outletColors } from "./colors";
import { text } from "./localize";
import type { Charger, Circuit, Connector, Currents, Group, Hass } from "./types";
import { outletName } from "./words";

export interface Branch {
  circuit: Circuit;
  depth: number;
}

/** The circuits from the root down; a charger's own supply is shown with the charger. */
export function branches(group: Group): Branch[] {
  const found: Branch[] = [];
  const walk = (parent: string | null, depth: number) => {
    for (const circuit of group.circuits) {
      if (circuit.parent === parent && circuit.kind !== "charger") {
        found.push({ circuit, depth });
        walk(circuit.id, depth + 1);
      }
    }
  };
  walk(null, 0);
  return found;
}

export interface Outlet {
  charger: Charger;
  connector: Connector;
  key: string;
  name: string;
  color: string;
}

export function outlets(hass: Hass, group: Group): Outlet[] {
  const colors = outletColors(group);
  return group.chargers.flatMap((charger) =>
    charger.connectors.map((connector) => {
      const key = `${charger.id}/${connector.number}`;
      return {
        charger,
        connector,
        key,
        name: outletName(hass, charger, connector),
        color: colors.get(key)!,
      };
    }),
  );
}

/** The circuits of a picture by their ids, looked for once: two hundred outlets ask. */
const byId = new WeakMap<Group, Map<string, Circuit>>();

function circuitsOf(group: Group): Map<string, Circuit> {
  let circuits = byId.get(group);
  if (!circuits) {
    circuits = new Map(group.circuits.map((one) => [one.id, one]));
    byId.set(group, circuits);
  }
  return circuits;
}

/** The circuits that feed an outlet, from its own up to the root. */
export function pathOf(group: Group, connector: Connector): Circuit[] {
  const circuits = circuitsOf(group);
  const path: Circuit[] = [];
  for (let here = circuits.get(connector.circuit); here; here = circuits.get(here.parent ?? "")) {
    path.push(here);
  }
  return path;
}

/** The outlets that a circuit feeds. */
export function below(hass: Hass, group: Group, circuit: Circuit): Outlet[] {
  return outlets(hass, group).filter(({ connector }) =>
    pathOf(group, connector).some(({ id }) => id === circuit.id),
  );
}

/** Who takes how much of a circuit; first what is no charger, where a meter tells it. */
export function parts(hass: Hass, group: Group, circuit: Circuit): Part[] {
  let found: Part[] = below(hass, group, circuit).map(({ connector, name, color }) => ({
    name,
    color,
    drawn: drawn(connector),
    reserved: connector.reserved,
  }));
  if (found.length > TOLD_APART) found = together(hass, found);
  if (circuit.other_load) {
    found.unshift({
      name: text(hass, "bars.other_load"),
      color: "var(--other)",
      drawn: circuit.other_load,
      reserved: [0, 0, 0],
    });
  }
  return found;
}

/** So many outlets can be told apart in one bar. */
const TOLD_APART = 40;

/** All of them as one part, and those of which nobody tells what they draw as another. */
function together(hass: Hass, all: Part[]): Part[] {
  const name = text(hass, "settings.chargers");
  return [all.filter((one) => one.drawn), all.filter((one) => !one.drawn)]
    .filter((some) => some.length)
    .map((some) => {
      const sum = (of: (part: Part, phase: number) => number): Currents =>
        [0, 1, 2].map((phase) => some.reduce((all, part) => all + of(part, phase), 0)) as Currents;
      return {
        name,
        color: "var(--accent)",
        drawn: some[0]!.drawn && sum((part, phase) => part.drawn![phase]!),
        reserved: sum((part, phase) => Math.max(part.drawn?.[phase] ?? 0, part.reserved[phase]!)),
      };
    });
}

/** What an outlet draws; null where its last report does not tell it, or is of before. */
function drawn({ measured, session, stale }: Connector): Currents | null {
  if (!session) return [0, 0, 0];
  return stale ? null : measured;
}

/** What flows in W: at a meter what it tells, else what the cars take; null: nobody tells. */
export function power(hass: Hass, group: Group, circuit: Circuit): number | null {
  if (circuit.metered || isUncertain(circuit)) return circuit.metered_power;
  let sum = 0;
  for (const { connector } of below(hass, group, circuit)) {
    const taken = powerOf(connector);
    if (taken === null) return null;
    sum += taken;
  }
  return sum;
}

/** What the car at an outlet takes, W; null: nobody tells. */
export function powerOf({ power: told, session, stale }: Connector): number | null {
  if (!session) return 0;
  return stale ? null : told;
}

/** What flows through a circuit in all, where a meter measures it and can be believed. */
export const metered = (circuit: Circuit): Currents | undefined => circuit.metered ?? undefined;

/** What chargers may draw through a circuit now, where that is not simply what the rest leaves. */
export const forChargers = (group: Group, circuit: Circuit): Currents | undefined => {
  if (circuit.kind === "grid" || circuit.other_load) return undefined;
  return circuit.safe_limit_cause ? circuit.capacity : (group.available ?? circuit.capacity);
};

/** Whether a meter should tell what else a circuit carries, and does not. */
export const isUncertain = (circuit: Circuit): boolean =>
  !circuit.other_load && (circuit.kind === "grid" || circuit.safe_limit_cause !== null);
