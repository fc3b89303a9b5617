/** What the recorder remembers of a group's entities. */

import type { Hass } from "./types";

type Points = [number, number | null][];

interface RecordedState {
  s: string;
  /** Last updated, s. */
  lu: number;
}

interface Statistic {
  start: number;
  end: number;
  max: number | null;
}

const LONGEST_IN_FULL = 26 * 3600 * 1000;

export const hasRecorder = (hass: Hass): boolean =>
  hass.config.components.includes("recorder") && hass.config.components.includes("history");

/** Every value within a period, and the one before it. */
async function states(
  hass: Hass,
  entities: string[],
  from: number,
  to: number,
): Promise<Record<string, Points>> {
  const found = await hass.callWS<Record<string, RecordedState[]>>({
    type: "history/history_during_period",
    start_time: new Date(from).toISOString(),
    end_time: new Date(to).toISOString(),
    entity_ids: entities,
    minimal_response: true,
    no_attributes: true,
    significant_changes_only: false,
    include_start_time_state: true,
  });
  return Object.fromEntries(
    Object.entries(found).map(([entity, rows]) => [
      entity,
      rows.map(({ s, lu }): [number, number | null] => {
        const value = Number.parseFloat(s);
        return [Math.max(from, lu * 1000), Number.isFinite(value) ? value : null];
      }),
    ]),
  );
}

/** The highest value of every five minutes: all that is kept for long. */
async function statistics(
  hass: Hass,
  entities: string[],
  from: number,
  to: number,
): Promise<Record<string, Points>> {
  const found = await hass.callWS<Record<string, Statistic[]>>({
    type: "recorder/statistics_during_period",
    start_time: new Date(from).toISOString(),
    end_time: new Date(to).toISOString(),
    statistic_ids: entities,
    period: "5minute",
    types: ["max"],
  });
  return Object.fromEntries(
    Object.entries(found).map(([entity, rows]) => [
      entity,
      rows.flatMap(({ start, end, max }, index): Points => {
        const next = rows[index + 1]?.start;
        const gap: Points = next !== undefined && next > end ? [[end, null]] : [];
        return [[start, max], ...gap];
      }),
    ]),
  );
}

/** Measured values and limits of a period, by entity; a limit has no statistics. */
export async function recorded(
  hass: Hass,
  measured: string[],
  limits: string[],
  from: number,
  to: number,
): Promise<Record<string, Points>> {
  if (to - from <= LONGEST_IN_FULL) {
    const all = [...measured, ...limits];
    return all.length ? states(hass, all, from, to) : {};
  }
  const [long, exact] = await Promise.all([
    measured.length ? statistics(hass, measured, from, to) : {},
    limits.length ? states(hass, limits, from, to) : {},
  ]);
  return { ...long, ...exact };
}
