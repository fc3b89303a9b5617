/** Sentences about a group, made from its picture. */

import { dateTime, duration, energy, kilowatts, limit, number } from "./format";
import { stateWord, text } from "./localize";
import type { Car, Charger, Circuit, Connector, FailSafe, Group, Hass, Signal } from "./types";

export const circuitName = (hass: Hass, circuit: Circuit): string =>
  circuit.name ?? text(hass, `circuit.${circuit.kind}`);

export const outletName = (hass: Hass, charger: Charger, connector: Connector): string =>
  charger.connectors.length > 1
    ? text(hass, "outlet", { charger: charger.name, number: connector.number })
    : charger.name;

export const mode = (hass: Hass, group: Group): string =>
  group.mode ? stateWord(hass, "mode", group.mode) : text(hass, "starting");

export const modeTone = (group: Group): string =>
  ({ off: "warn", safe_limit: "bad", adaptive: "good", dynamic: "good" })[group.mode ?? ""] ?? "";

export function status(hass: Hass, charger: Charger, connector: Connector): string {
  if (!charger.online) return text(hass, "offline");
  return connector.status && connector.status !== "unknown"
    ? stateWord(hass, "status", connector.status)
    : text(hass, "status_unknown");
}

export function statusTone(charger: Charger, connector: Connector): string {
  if (!charger.online) return "bad";
  switch (connector.status) {
    case "charging":
      return "good";
    case "faulted":
      return "bad";
    case "suspended_ev":
    case "suspended_evse":
    case "preparing":
      return "accent";
    default:
      return "";
  }
}

/** What a car has shown of itself; empty while it has shown nothing. */
export function car(hass: Hass, shown: Car): string {
  return [
    shown.starts_at === null ? "" : text(hass, "connector.car_needs", { current: limit(hass, shown.starts_at) }),
    shown.shortfall ? text(hass, "connector.car_takes_less", { current: limit(hass, shown.shortfall) }) : "",
    shown.follows_within === null
      ? ""
      : text(hass, "connector.car_follows", { seconds: number(hass, shown.follows_within, 0) }),
    shown.phases.join("\u00a0"),
    ...(shown.asks ? asks(hass, shown.asks) : []),
  ]
    .filter((part) => part)
    .join(", ");
}

const asks = (hass: Hass, { energy: wanted, leaves, battery }: NonNullable<Car["asks"]>): string[] => [
  wanted === null ? "" : text(hass, "connector.car_asks", { energy: energy(hass, wanted) }),
  leaves === null ? "" : text(hass, "connector.car_leaves", { time: dateTime(hass, new Date(leaves)) }),
  battery === null ? "" : text(hass, "connector.car_battery", { percent: number(hass, battery, 0) }),
];

const alone = new WeakMap<Group, boolean>();

/** Whether nobody else is there to share with. */
export function isAlone(group: Group): boolean {
  let found = alone.get(group);
  if (found === undefined) {
    found = group.chargers.flatMap(({ connectors }) => connectors).filter(({ active }) => active).length < 2;
    alone.set(group, found);
  }
  return found;
}

const WAITING = ["waiting_for_turn", "waiting_for_room", "waiting_for_peak", "short_pause"];

/** Whether a connector's car wants to charge and gets nothing for some time. */
export const waits = (connector: Connector): boolean =>
  connector.reason !== null && WAITING.includes(connector.reason);

/** Which of the grid's phases feed a charger, as far as anybody knows. */
export const wiring = (hass: Hass, charger: Charger): string =>
  charger.wiring.includes("?") ? text(hass, "connector.wiring_unknown") : charger.wiring.join("-");

/** What a charger does when Home Assistant stops, and how sure that is: the same words everywhere. */
export function withoutUs(hass: Hass, { state, fallback, lifetime, most }: FailSafe): string {
  if (state === "unknown") return text(hass, "settings.fail_safe.unknown");
  if (state === "not_possible" || fallback === null) return text(hass, "settings.fail_safe.stays");
  const what = `${fallback > 0 ? "falls" : "stops"}${lifetime === null ? "_soon" : ""}`;
  const does = text(hass, `settings.fail_safe.${what}`, {
    fallback: limit(hass, fallback),
    time: duration(hass, lifetime ?? 0),
  });
  const sure = text(hass, `settings.fail_safe.${state}`);
  const counts = text(hass, "settings.fail_safe.counts", { maximum: limit(hass, most) });
  return `${does} (${state === "proven" ? sure : `${sure}; ${counts}`})`;
}

/** Why the meter can't be trusted at present, and what that means for the cars. */
export function safeLimit(hass: Hass, group: Group): string {
  const cause = group.safe_limit_cause;
  const safe = group.settings.safe_limit;
  if (!cause) return "";
  const told = text(hass, `now_cause.${cause}`);
  if (safe === undefined) return told;
  const least = Math.min(...group.chargers.map(({ minimum }) => minimum));
  const nobody = safe < least && group.settings.policy !== "minimum_for_all";
  const what = text(hass, `now_cause.${nobody ? "nobody" : "shared"}`, { limit: limit(hass, safe) });
  return `${told} ${what}`;
}

/** Who asks for a limit in kW. */
export function whoAsks(hass: Hass, { kind, entity, name }: Signal): string {
  if (kind === "action" && name) return name;
  const named = entity ? (hass.states[entity]?.attributes?.friendly_name ?? entity) : "";
  return text(hass, `signal.${kind}`, { entity: named }).trim();
}

/** What a limit in kW holds for. */
export function signalled(hass: Hass, group: Group, { circuit, feeder }: Signal): string {
  const found = group.circuits.find(({ id }) => id === circuit);
  return found ? circuitName(hass, found) : (feeder ?? circuit);
}

const OF_A_WINDOW = ["peak_limit", "waiting_for_peak"];

/** The limit in kW that a reason speaks of; empty where nobody knows it any more. */
function powerThatHolds(hass: Hass, group: Group, reason: string, circuit?: Circuit): string {
  const ofWindow = group.window?.limit ?? null;
  if (OF_A_WINDOW.includes(reason)) return ofWindow === null ? "" : kilowatts(hass, ofWindow);
  return circuit?.power ? kilowatts(hass, 1000 * circuit.power.limit) : "";
}

/** Whom people know among those who limit a charger beside us, by its own words for them. */
const OTHERS: Record<string, string> = { cable: "cable", CSO: "cso", EMS: "ems", SO: "so" };

/** That somebody else limits it as well, and nobody knows how low; empty where nobody does. */
function alsoLimited(hass: Hass, { limited_by, limited_to }: Connector): string {
  if (!limited_by || limited_to !== null) return "";
  const who = limited_by === "EMS" || limited_by === "SO" ? OTHERS[limited_by] : "other";
  return ` ${text(hass, `reason.limited_unknown_by_${who}`)}`;
}

/** The sentence of a reason. */
function whyOf(group: Group, { reason, phase, limited_by }: Connector, hasPower: boolean): string {
  if (reason === "limited_elsewhere" && limited_by) return `${reason}_by_${OTHERS[limited_by] ?? "other"}`;
  if (reason === "equal_share" && isAlone(group)) return "alone";
  if (reason === "temporary_limit" && !phase && hasPower) return "temporary_power";
  // Without its number it is no sentence: the state's words do.
  return !hasPower && [...OF_A_WINDOW, "power_limit"].includes(reason!) ? "" : reason!;
}

/** Why a connector has what it has, in plain words. */
export function reason(hass: Hass, group: Group, connector: Connector, now: number): string {
  if (!connector.reason) return text(hass, "reason.none");
  const circuit = group.circuits.find((one) => one.id === connector.held_back_by);
  const values = {
    circuit: circuit ? circuitName(hass, circuit) : "",
    phase: connector.phase ?? "",
    limit: connector.limit === null ? "" : limit(hass, connector.limit),
    target: connector.target === null ? "" : limit(hass, connector.target),
    fallback: limit(hass, connector.fallback),
    maximum: limit(hass, connector.maximum),
    minutes: group.window?.minutes ?? "",
    elsewhere: connector.limited_to === null ? "" : limit(hass, connector.limited_to),
    power: powerThatHolds(hass, group, connector.reason, circuit),
  };
  const where = circuit && connector.phase ? "_where" : "";
  const why = whyOf(group, connector, values.power !== "");
  const detailed = text(hass, `reason.${why}${where}`, values);
  const sentence =
    detailed === `reason.${why}${where}` ? text(hass, `reason.${why}`, values) : detailed;
  const known =
    sentence === `reason.${why}` || !why
      ? stateWord(hass, "reason", connector.reason)
      : sentence;
  const told = known + alsoLimited(hass, connector);
  // One that goes on in a moment waits for no turn.
  if (connector.next_turn === null || connector.reason === "short_pause") return told;
  const wait = connector.next_turn - now;
  return `${told} ${
    wait > 1
      ? text(hass, "next_turn", { time: duration(hass, wait) })
      : text(hass, "next_turn_now")
  }`;
}
