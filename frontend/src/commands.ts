/** Everything that is asked of the integration. */

import type {
  CommandError,
  Connection,
  Entities,
  GroupEvent,
  Happening,
  Hass,
  ListedGroup,
  LoggedSignal,
  Recalculation,
  Recipient,
  SafeLimitPeriod,
  Settings,
  Tag,
  WhoIsTold,
  WhoMayCharge,
  PastWindow,
} from "./types";

export const DOMAIN = "ev_load_manager";

export const listGroups = (hass: Hass) => hass.callWS<ListedGroup[]>({ type: `${DOMAIN}/groups` });

export const listEntities = (hass: Hass, entry_id: string) =>
  hass.callWS<Entities>({ type: `${DOMAIN}/entities`, entry_id });

export const getWindows = (hass: Hass, entry_id: string): Promise<PastWindow[]> =>
  hass.callWS<PastWindow[]>({ type: `${DOMAIN}/windows`, entry_id });

export const getSignals = (hass: Hass, entry_id: string): Promise<LoggedSignal[]> =>
  hass.callWS<LoggedSignal[]>({ type: `${DOMAIN}/power_signals`, entry_id });

/** Limit a circuit (or `window`) over all phases, kW. */
export const changePower = (hass: Hass, entry_id: string, circuit: string, limit: number) =>
  hass.callWS<void>({ type: `${DOMAIN}/change_power`, entry_id, circuit, limit });

/** A path below our API, signed for whoever is signed in. */
export async function signed(hass: Hass, path: string): Promise<string> {
  const found = await hass.callWS<{ path: string }>({
    type: "auth/sign_path",
    path: `/api/${DOMAIN}/${path}`,
  });
  return found.path;
}

/** Have the browser fetch a file of a group. */
export async function download(hass: Hass, entry_id: string, file: string): Promise<void> {
  const link = document.createElement("a");
  link.href = await signed(hass, `${entry_id}/${file}`);
  link.download = "";
  link.click();
}

export const getSafeLimitLog = (hass: Hass, entry_id: string) =>
  hass.callWS<SafeLimitPeriod[]>({ type: `${DOMAIN}/safe_limit_log`, entry_id });

export const getRecalculations = (
  hass: Hass,
  entry_id: string,
  asked: { limit: number; charger?: string },
) => hass.callWS<Recalculation[]>({ type: `${DOMAIN}/recalculations`, entry_id, ...asked });

/** What happened last, the newest first; of one outlet, `charger/number`, if that is named. */
export function getHappenings(
  hass: Hass,
  entry_id: string,
  { outlet, limit }: { outlet?: string; limit: number },
) {
  const end = outlet?.lastIndexOf("/") ?? 0;
  return hass.callWS<Happening[]>({
    type: `${DOMAIN}/happenings`,
    entry_id,
    limit,
    ...(outlet ? { charger: outlet.slice(0, end), connector: Number(outlet.slice(end + 1)) } : {}),
  });
}

export const changeGroup = (hass: Hass, entry_id: string, changes: Partial<Settings>) =>
  hass.callWS<void>({ type: `${DOMAIN}/change`, entry_id, ...changes });

export const changeConnector = (
  hass: Hass,
  entry_id: string,
  charger: string,
  connector: number,
  changes: { maximum?: number; charging_allowed?: boolean },
) =>
  hass.callWS<void>({
    type: `${DOMAIN}/change_connector`,
    entry_id,
    charger,
    connector,
    ...changes,
  });

export const putFirstInLine = (hass: Hass, entry_id: string, charger: string, connector: number) =>
  hass.callWS<void>({ type: `${DOMAIN}/put_first_in_line`, entry_id, charger, connector });

export const findWiring = (hass: Hass, entry_id: string, charger: string) =>
  hass.callWS<void>({ type: `${DOMAIN}/find_wiring`, entry_id, charger });

export const getWhoMayCharge = (hass: Hass, entry_id: string) =>
  hass.callWS<WhoMayCharge>({ type: `${DOMAIN}/tags`, entry_id });

export const changeWhoMayCharge = (
  hass: Hass,
  entry_id: string,
  everybody: boolean,
  tags: Tag[],
) => hass.callWS<void>({ type: `${DOMAIN}/change_tags`, entry_id, everybody, tags });

export const getWhoIsTold = (hass: Hass, entry_id: string) =>
  hass.callWS<WhoIsTold>({ type: `${DOMAIN}/recipients`, entry_id });

export const changeWhoIsTold = (hass: Hass, entry_id: string, recipients: Recipient[]) =>
  hass.callWS<void>({ type: `${DOMAIN}/change_recipients`, entry_id, recipients });

export const changeFeeder = (
  hass: Hass,
  entry_id: string,
  circuit: string,
  changes: { maximum?: number; safe_limit?: number },
) => hass.callWS<void>({ type: `${DOMAIN}/change_feeder`, entry_id, circuit, ...changes });

const isCommandError = (error: unknown): error is CommandError =>
  typeof error === "object" && error !== null && "message" in error;

/** What went wrong, in the user's language where it is known. */
export function inWords(hass: Hass, error: unknown): string {
  if (!isCommandError(error)) return String(error);
  const { translation_domain: domain, translation_key: key } = error;
  const translated =
    domain && key
      ? hass.localize(
          `component.${domain}.exceptions.${key}.message`,
          error.translation_placeholders,
        )
      : "";
  return translated || error.message;
}

/** Seconds to wait before another try, one after the other. */
const WAITS = [1, 1, 2, 5];

/**
 * Follows one group for as long as somebody looks.
 *
 * After a restart of Home Assistant the commands come back some seconds after
 * the connection does, so it subscribes anew by itself until that works.
 */
export class Follower {
  private end?: () => Promise<void>;
  private timer?: number;
  private stopped = false;
  private tries = 0;

  constructor(
    private readonly connection: Connection,
    private readonly entryId: string,
    private readonly tell: (event: GroupEvent) => void,
    private readonly fail: (error: unknown) => void,
  ) {
    connection.addEventListener("ready", this.again);
    void this.subscribe();
  }

  stop(): void {
    this.stopped = true;
    this.connection.removeEventListener("ready", this.again);
    window.clearTimeout(this.timer);
    this.end?.().catch(() => undefined);
    this.end = undefined;
  }

  private readonly again = () => {
    this.end = undefined;
    this.tries = 0;
    window.clearTimeout(this.timer);
    void this.subscribe();
  };

  private async subscribe(): Promise<void> {
    try {
      const end = await this.connection.subscribeMessage<GroupEvent>(
        (event) => {
          if (!this.stopped) this.tell(event);
        },
        { type: `${DOMAIN}/subscribe`, entry_id: this.entryId },
        { resubscribe: false },
      );
      this.tries = 0;
      if (this.stopped) await end().catch(() => undefined);
      else this.end = end;
    } catch (error) {
      if (this.stopped) return;
      if (isCommandError(error) && error.translation_key === "group_not_found") {
        this.tell({ state: "removed" });
        return;
      }
      this.fail(error);
      const wait = WAITS[Math.min(this.tries++, WAITS.length - 1)]!;
      this.timer = window.setTimeout(() => void this.subscribe(), wait * 1000);
    }
  }
}
