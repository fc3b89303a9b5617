/** What the integration tells of the session book; times are UTC seconds, energies Wh. */

import { html, type TemplateResult } from "lit";
import { DOMAIN, signed } from "../commands";
import { text } from "../localize";
import type { Hass } from "../types";

export interface Named {
  id: number;
  name: string;
}

export interface Overview {
  /** yyyymm, the newest first. */
  months: number[];
  admin: boolean;
  places: Named[];
  persons: Named[];
  currency: string;
  /** Why the book can't be written. */
  trouble: string | null;
}

export interface Total {
  sessions: number;
  wh: number;
  cost: number | null;
  unpriced_wh: number;
  /** Sessions whose energy is not known. */
  unknown: number;
}

export interface Month {
  currency: string | null;
  mixed: boolean;
  places: (Total & { id: number; name: string })[];
  persons: (Total & { id: number | null; name: string | null })[];
  total: Total;
}

export interface Session {
  uid: string;
  start: number;
  end: number | null;
  zone: string;
  place: string;
  person: string | null;
  tag: string;
  /** Of the month; null: not known. */
  wh: number | null;
  session_wh: number | null;
  cost: number | null;
  currency: string | null;
  unpriced_wh: number;
  flags: string[];
  reason: string | null;
}

export interface Page {
  rows: Session[];
  more: [number, number] | null;
}

export interface Revision {
  at: number;
  user: string;
  field: string;
  old: string | null;
  new: string | null;
  why: string;
}

export interface Details {
  uid: string;
  place: string;
  charger: string;
  connector: number;
  person_id: number | null;
  person_name: string | null;
  tag: string;
  stop_tag: string | null;
  zone: string;
  told_start: string | null;
  told_stop: string | null;
  told_wh_start: number | null;
  told_wh_stop: number | null;
  start_ts: number;
  end_ts: number | null;
  wh: number | null;
  eff_wh: number | null;
  cost: number | null;
  currency: string | null;
  flags: string[];
  reason: string | null;
  note: string | null;
  max_w: number | null;
  max_ma: number | null;
  phases: number | null;
  settled: number;
  spans: [number, string][];
  seconds: Record<string, number>;
  /** Start, Wh, whether it is an estimate, cost. */
  quarters: [number, number, boolean, number | null][];
  revisions: Revision[];
  /** How many signed values are kept. */
  evidence: number;
  /** Sessions before and after it at the same outlet, for who may correct. */
  neighbours: { uid: string; start: number; end: number; wh: number | null }[];
  may_correct: boolean;
}

export interface Reconciled {
  place: string;
  charger: string;
  connector: number;
  counted: number | null;
  sessions: number;
  voided: number;
  between: number;
  unexplained: number | null;
  estimated: boolean;
  worth_telling: boolean;
}

export interface Card {
  id: number;
  tag: string;
  label: string;
  vehicle: string;
  from_ts: number;
  to_ts: number | null;
}

export interface Person extends Named {
  kind: string;
  ref: string | null;
  ha_user_id: string | null;
  budget_wh: number | null;
  over_budget: "warn" | "refuse";
  group_id: number | null;
  /** This month. */
  used_wh: number;
  cards: Card[];
}

export interface Tariff {
  id: number;
  applies: "all" | "place" | "person";
  applies_to: number | null;
  from_ts: number;
  to_ts: number | null;
  currency: string;
  price: number | null;
  entity_id: string | null;
  add: number;
  per_hour: number;
  per_session: number;
  tax: number | null;
  net: boolean;
}

export interface Place extends Named {
  evse_id: string | null;
  person_id: number | null;
  charger: string | null;
  connector: number | null;
}

export interface Kept {
  persons: Person[];
  tariffs: Tariff[];
  places: Place[];
  settings: {
    letterhead: string;
    retention_months: number | null;
    statistics: boolean;
    driver_entities: boolean;
    country_code: string;
    party_id: string;
    address: string;
    city: string;
    postal_code: string;
  };
  learned: { tag: string; sessions: number; last: number }[];
  users: { id: string; name: string }[];
  currency: string;
}

export interface Asked {
  month: number;
  places?: number[];
  persons?: number[];
  text?: string;
  incomplete?: boolean;
}

/** Ask the book, or change something in it. */
export const askBook = <T>(hass: Hass, what: string, data: object = {}): Promise<T> =>
  hass.callWS<T>({ type: `${DOMAIN}/sessions/${what}`, ...data });

/** The path of a file or a page of sessions, signed for whoever is signed in. */
export const signedSessions = (hass: Hass, path: string, query: Record<string, string>): Promise<string> =>
  signed(hass, `${path}?${new URLSearchParams(query)}`);

/** Word of what is not as it should be, the same as in files. */
export const flagWord = (hass: Hass, flag: string): string =>
  hass.localize(`component.${DOMAIN}.common.flag_${flag}`) || flag.replaceAll("_", " ");

/** What says nothing against the energy. */
const MILD = new Set(["edited", "void", "told_late", "other_card", "session_relative", "estimated"]);

/** How complete a session is, in a word or more. */
export function completeness(hass: Hass, session: { end: number | null; flags: string[] }): TemplateResult {
  if (!session.flags.length) {
    return session.end === null
      ? html`<span class="chip accent">${text(hass, "sessions.running")}</span>`
      : html`<span class="chip good">${text(hass, "sessions.complete")}</span>`;
  }
  return html`${session.flags.map(
    (flag) => html`<span class="chip ${MILD.has(flag) ? "" : "warn"}">${flagWord(hass, flag)}</span> `,
  )}`;
}
