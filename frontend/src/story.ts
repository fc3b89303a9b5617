/** Sentences of what happened, made from what the integration wrote down. */

import { limit } from "./format";
import { text } from "./localize";
import type { Charger, Group, Happening, Hass } from "./types";
import { circuitName } from "./words";

export interface Sentence {
  time: Date;
  words: string;
  tone:
    | "began"
    | "ended"
    | "up"
    | "down"
    | "paused"
    | "goes_on"
    | "lost"
    | "back"
    | "safe_limit"
    | "meter_back"
    | "setting";
}

/** So many outlets are named in one sentence; more of them are counted. */
const NAMED = 3;

/** The sentences of a list, which is told the newest first. */
export function sentences(hass: Hass, group: Group, happenings: Happening[]): Sentence[] {
  const told: Sentence[] = [];
  for (let index = 0; index < happenings.length; ) {
    const same = [happenings[index]!];
    while (happenings[index + same.length] && goTogether(same[0]!, happenings[index + same.length]!)) {
      same.push(happenings[index + same.length]!);
    }
    told.push(sentence(hass, group, same));
    index += same.length;
  }
  return told;
}

/** Whether two are the same that happened to two outlets. */
const goTogether = (one: Happening, other: Happening): boolean =>
  one.kind === other.kind &&
  one.kind !== "setting" &&
  one.kind !== "safe_limit" &&
  one.kind !== "meter_back" &&
  one.time === other.time &&
  one.why === other.why &&
  one.circuit === other.circuit &&
  one.phase === other.phase &&
  tone(one) === tone(other);

function tone({ kind, before, after }: Happening): Sentence["tone"] {
  if (kind !== "limit") return kind;
  if (after === 0) return "paused";
  if (before === 0) return "goes_on";
  return Number(after) > Number(before) ? "up" : "down";
}

function sentence(hass: Hass, group: Group, same: Happening[]): Sentence {
  const one = same[0]!;
  return { time: new Date(one.time), tone: tone(one), words: words(hass, group, same) };
}

function words(hass: Hass, group: Group, same: Happening[]): string {
  const one = same[0]!;
  const outlet = names(hass, group, same);
  switch (one.kind) {
    case "setting":
      return setting(hass, one);
    case "safe_limit":
    case "meter_back":
      return meter(hass, group, one);
    case "limit": {
      const equal = same.every(({ after }) => after === one.after);
      const told = `${tone(one)}${equal ? (same.length > 1 ? "_several" : "") : "_some"}`;
      const changed = text(hass, `happened.${told}`, {
        outlet,
        limit: limit(hass, Number(one.after)),
      });
      const reason = why(hass, group, one);
      return reason ? text(hass, "happened.because", { changed, why: reason }) : `${changed}.`;
    }
    default:
      return text(hass, `happened.${one.kind}`, { outlet });
  }
}

function names(hass: Hass, group: Group, same: Happening[]): string {
  const all = same.map((one) => name(hass, group, one)).reverse();
  if (all.length <= NAMED) return all.join(", ");
  const named = all.slice(0, NAMED - 1).join(", ");
  return text(hass, "happened.and_others", { names: named, count: all.length - NAMED + 1 });
}

function name(hass: Hass, group: Group, { charger: id, connector }: Happening): string {
  const charger: Charger | undefined = group.chargers.find((one) => one.id === id);
  if (!charger) return id ?? "";
  return connector !== null && charger.connectors.length > 1
    ? text(hass, "outlet", { charger: charger.name, number: connector })
    : charger.name;
}

/** Why an outlet has more or less; empty where nothing more can be said. */
function why(hass: Hass, group: Group, { why: key, circuit: id, phase }: Happening): string {
  const circuit = group.circuits.find((one) => one.id === id);
  const values = {
    phase: phase ?? "",
    circuit: circuit ? circuitName(hass, circuit) : "",
  };
  const isFeeders = circuit?.kind === "feeder" ? "_feeder" : "";
  const where = circuit && phase ? "_where" : "";
  for (const form of [`${key}${isFeeders}`, `${key}${where}`, `${key}`]) {
    const found = text(hass, `happened.why.${form}`, values);
    if (found !== `happened.why.${form}`) return found;
  }
  return "";
}

function meter(hass: Hass, group: Group, { kind, circuit: id, cause }: Happening): string {
  const circuit = group.circuits.find((one) => one.id === id);
  const told = text(hass, kind === "meter_back" ? "happened.meter_back" : `happened.cause.${cause}`);
  return circuit?.kind === "feeder" ? `${circuitName(hass, circuit)}: ${told}` : told;
}

function setting(hass: Hass, { setting: key, before, after }: Happening): string {
  const what = text(hass, `settings.${key}`);
  if (typeof after === "number" && typeof before === "number") {
    return text(hass, "happened.setting", {
      setting: what,
      before: limit(hass, before),
      after: limit(hass, after),
    });
  }
  if (typeof after === "boolean") {
    return text(hass, after ? "happened.setting_on" : "happened.setting_off", { setting: what });
  }
  const options = key === "policy" ? "policies" : "phase_choices";
  return text(hass, "happened.setting_choice", {
    setting: what,
    after: text(hass, `settings.${options}.${after}`),
  });
}
