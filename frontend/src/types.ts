/** What is used of Home Assistant's own objects, and what the integration tells. */

export interface Hass {
  connected: boolean;
  connection: Connection;
  language: string;
  locale: Locale;
  user?: { is_admin: boolean };
  config: { time_zone: string; components: string[] };
  themes: { darkMode: boolean };
  states: Record<string, { state: string; attributes?: { friendly_name?: string } } | undefined>;
  callWS<T>(message: Record<string, unknown>): Promise<T>;
  localize(key: string, values?: Record<string, string>): string;
  loadBackendTranslation?(category: string, integration: string): Promise<unknown>;
  loadFragmentTranslation?(fragment: string): Promise<unknown>;
}

export interface Connection {
  subscribeMessage<T>(
    callback: (event: T) => void,
    message: Record<string, unknown>,
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>>;
  addEventListener(what: "ready" | "disconnected", callback: () => void): void;
  removeEventListener(what: "ready" | "disconnected", callback: () => void): void;
}

export interface Locale {
  language: string;
  number_format: string;
  time_format: string;
  time_zone: string;
}

/** Amperes on L1, L2, L3 of the grid. */
export type Currents = [number, number, number];
export type PhaseName = "L1" | "L2" | "L3";
export const PHASES: readonly PhaseName[] = ["L1", "L2", "L3"];

export interface ListedGroup {
  entry_id: string;
  name: string;
  running: boolean;
  /** By `charger/number`; none while it does not run. */
  outlets: (Named & { number: number | null })[];
  /** By the ids of their circuits. */
  feeders: Named[];
}

export interface Named {
  id: string;
  name: string;
}

export interface Circuit {
  id: string;
  parent: string | null;
  kind: "grid" | "group" | "feeder" | "charger";
  name: string | null;
  /** What people have set; `limit` is lower while a temporary limit holds. */
  maximum: number;
  /** What its chargers share while its own meter says nothing; null without such a meter. */
  safe_limit: number | null;
  limit: Currents;
  rated: Currents;
  capacity: Currents;
  reserved: Currents;
  measured: Currents;
  /** What it carries beside its chargers; null where no meter tells. */
  other_load: Currents | null;
  /** What flows through it in all; null without a meter that can be believed. */
  metered: Currents | null;
  /** W, where that meter tells it. */
  metered_power: number | null;
  safe_limit_cause: string | null;
  /** Over all phases, kW, where that is limited: what people have set, and what holds now. */
  power?: { maximum: number | null; limit: number };
}

export interface Connector {
  number: number;
  circuit: string;
  status: string | null;
  session: { since: number; energy: number | null; id_tag: string | null; driver: string | null } | null;
  offered: number | null;
  measured: Currents | null;
  /** What surely flows on its most loaded phase; null where that is not known. */
  highest: number | null;
  /** W; null where nothing tells it. */
  power: number | null;
  stale: boolean;
  maximum: number;
  fallback: number;
  charging_allowed: boolean;
  first_in_line: boolean;
  limit: number | null;
  target: number | null;
  reserved: Currents;
  reason: string | null;
  held_back_by: string | null;
  phase: PhaseName | null;
  active: boolean;
  next_turn: number | null;
  /** Who else limits it: `cable`, or its charger's word for others (`EMS`, `SO`, ...). */
  limited_by: string | null;
  /** How low; null where nobody knows. */
  limited_to: number | null;
  car: Car | null;
}

/** What the car of a session has shown of itself so far. */
export interface Car {
  starts_at: number | null;
  shortfall: number | null;
  follows_within: number | null;
  phases: PhaseName[];
  asks: { energy: number | null; leaves: string | null; battery: number | null } | null;
}

export interface Suitability {
  suited: "yes" | "no" | "unknown";
  because: string;
}

/** What a charger does when Home Assistant stops, and how sure that is. */
export interface FailSafe {
  state: "unknown" | "accepted" | "verified" | "proven" | "not_possible";
  fallback: number | null;
  lifetime: number | null;
  /** What counts until it is proven, A per phase. */
  most: number;
}

export interface TemporaryLimit {
  circuit: string;
  name: string;
  limit: number;
  until: string;
}

export interface Charger {
  id: string;
  subentry_id: string;
  name: string;
  online: boolean;
  vendor: string;
  model: string;
  /** "?" alone where nobody knows. */
  wiring: (PhaseName | "?")[];
  /** On which phases its cars showed, where these are others than by its settings. */
  wiring_hint: { seen: PhaseName[]; expected: PhaseName[] } | null;
  minimum: number;
  maximum: number;
  dlm: Suitability;
  alm: Suitability;
  fail_safe: FailSafe;
  connectors: Connector[];
}

export interface Settings {
  maximum_current: number;
  rated_current: number;
  balancing: boolean;
  policy: string;
  adaptive?: boolean;
  grid_maximum_current?: number;
  grid_rated_current?: number;
  safe_limit?: number;
  phase_choice?: string;
  /** kW; only what is used. */
  group_power_limit?: number;
  grid_power_limit?: number;
  peak_limit?: number;
}

/** A card, an app or a car, by what it says of itself. */
export interface Tag {
  name: string;
  id_tag: string;
  /** The last day: "2026-12-31". */
  expires?: string;
  group?: string;
  blocked?: boolean;
}

export interface WhoMayCharge {
  everybody: boolean;
  tags: Tag[];
  /** Shown to a charger lately, without a name. */
  seen: string[];
}

export interface Recipient {
  /** A notify entity. */
  entity_id: string;
  topics: string[];
  /** The key of an outlet; null: the whole group. */
  place: string | null;
}

export interface WhoIsTold {
  recipients: Recipient[];
  /** All that could be told. */
  entities: { entity_id: string; name: string }[];
  places: { key: string; name: string }[];
}

/** A charger that has connected and that nobody has added. */
export interface Unknown {
  id: string;
  vendor: string;
  model: string;
  serial: string;
  address: string;
  connected: boolean;
  /** Id of the repair that leads to the form which adds it. */
  issue: string;
}

/** A window of mean power that goes on; W. */
export interface Window {
  start: string;
  minutes: number;
  /** On the integration's clock, s. */
  ends_at: number;
  /** What was used of it so far, as the mean of the whole of it. */
  mean: number;
  limit: number | null;
  forecast: number | null;
  /** What cars may draw together. */
  cars: number | null;
  peak: number | null;
  peak_at: string | null;
  /** A calendar whose events name limits; null where none does. */
  calendar: { name: string; is_known: boolean } | null;
}

/** One that is over: when it began (s since 1970), its mean and its limit, W. */
export type PastWindow = [number, number, number | null];

/** A limit in kW that somebody else asks for, and that holds. */
export interface Signal {
  circuit: string;
  /** What it is called; null for one that is none. */
  feeder: string | null;
  name: string;
  kind: "contact" | "number" | "action";
  /** The contact. */
  entity: string | null;
  limit: number;
  start: string;
  until?: string | null;
}

/** What became of one; kW. */
export interface LoggedSignal extends Signal {
  end: string | null;
  before: number | null;
  /** Seconds until what was drawn was seen to be within it. */
  obeyed_after: number | null;
  highest: number | null;
}

/** One picture of a group: `panel_data.snapshot`. */
export interface Group {
  now: number;
  /** The server's own clock, s since 1970: what the recorder goes by. */
  wall_clock: number;
  name: string;
  phases: PhaseName[];
  url: string;
  mode: string | null;
  safe_limit_cause: string | null;
  settings: Settings;
  meter: { currents: Currents; at: number } | null;
  other_load: Currents | null;
  available: Currents | null;
  temporary_limits: TemporaryLimit[];
  window?: Window;
  /** Those that hold, where any are used. */
  signals?: Signal[];
  circuits: Circuit[];
  chargers: Charger[];
  unknown: Unknown[];
}

export type GroupEvent =
  | { state: "running"; group: Group }
  | { state: "stopped"; reason: string | null }
  | { state: "removed" };

export interface Entities {
  group: Record<string, string>;
  /** By the ids of their circuits. */
  feeders: Record<string, Record<string, string>>;
  connectors: Record<string, Record<string, string>>;
}

export interface SafeLimitPeriod {
  start: string;
  end: string | null;
  cause: string;
  limit: number;
  /** Whose meter it was: the feeder's circuit, or "grid". */
  circuit: string;
  /** The feeder whose meter it was; null: the group's. */
  feeder: string | null;
}

/** What people noticed: `history.happenings`. */
export interface Happening {
  time: string;
  kind:
    | "began"
    | "ended"
    | "limit"
    | "lost"
    | "back"
    | "safe_limit"
    | "meter_back"
    | "setting";
  charger: string | null;
  connector: number | null;
  before: number | boolean | string | null;
  after: number | boolean | string | null;
  why: string | null;
  circuit: string | null;
  phase: PhaseName | null;
  cause: string | null;
  setting: string | null;
}

export interface Recalculation {
  time: string;
  trigger: string;
  mode: string;
  settings: Settings;
  meter: Currents | null;
  meter_age: number | null;
  other_load: Currents | null;
  available: Currents | null;
  /** Those with a meter of their own; `available` is for their chargers. */
  feeders: {
    circuit: string;
    mode: string;
    meter: Currents | null;
    meter_age: number | null;
    other_load: Currents | null;
    available: Currents;
  }[];
  connectors: {
    charger: string;
    connector: number;
    limit: number;
    target: number;
    reason: string;
    circuit: string | null;
    phase: PhaseName | null;
    status: string;
    offered: number | null;
    measured: Currents | null;
  }[];
}

/** Home Assistant's answer to a command that failed. */
export interface CommandError {
  code: string;
  message: string;
  translation_key?: string;
  translation_domain?: string;
  translation_placeholders?: Record<string, string>;
}
