/** Numbers and times as the user's profile says. */

import type { Hass, Locale } from "./types";

const NUMBER_LOCALES: Record<string, string[]> = {
  comma_decimal: ["en-US", "en"],
  decimal_comma: ["de", "es", "it"],
  space_comma: ["fr", "sv", "cs"],
  quote_decimal: ["de-CH"],
};

const numberFormats = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: Locale, digits: number): Intl.NumberFormat {
  const key = `${locale.language} ${locale.number_format} ${digits}`;
  let format = numberFormats.get(key);
  if (!format) {
    const locales =
      locale.number_format === "system"
        ? undefined
        : (NUMBER_LOCALES[locale.number_format] ?? [locale.language]);
    format = new Intl.NumberFormat(locales, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      useGrouping: locale.number_format !== "none",
    });
    numberFormats.set(key, format);
  }
  return format;
}

export const number = (hass: Hass, value: number, digits = 1): string =>
  // No "-0.0".
  numberFormat(hass.locale, digits).format(Math.abs(value) < 0.5 / 10 ** digits ? 0 : value);

/** "16 A", "7.5 A": a decimal only where there is one. */
export const limit = (hass: Hass, value: number): string =>
  `${number(hass, value, Number.isInteger(Math.round(value * 10) / 10) ? 0 : 1)}\u00a0A`;

export const amperes = (hass: Hass, value: number): string => `${number(hass, value)}\u00a0A`;

/** "11.0 kW". */
export const kilowatts = (hass: Hass, watts: number): string =>
  `${number(hass, watts / 1000)}\u00a0kW`;

export const energy = (hass: Hass, wattHours: number): string =>
  `${number(hass, wattHours / 1000, wattHours < 10_000 ? 2 : 1)}\u00a0kWh`;

function clock(format: string): Intl.DateTimeFormatOptions {
  if (format === "12") return { hourCycle: "h12" };
  if (format === "24") return { hourCycle: "h23" };
  // As the browser is set; otherwise as the language has it.
  return format === "system"
    ? { hourCycle: new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hourCycle }
    : {};
}

/** The reader's own zone, unless the profile says that of the house. */
const zone = (hass: Hass): Intl.DateTimeFormatOptions =>
  hass.locale.time_zone === "server" ? { timeZone: hass.config.time_zone } : {};

const timeOptions = (hass: Hass): Intl.DateTimeFormatOptions => ({
  ...clock(hass.locale.time_format),
  ...zone(hass),
});

export const time = (hass: Hass, moment: Date, seconds = false): string =>
  new Intl.DateTimeFormat(hass.locale.language, {
    hour: "numeric",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
    ...timeOptions(hass),
  }).format(moment);

export const dateTime = (hass: Hass, moment: Date, seconds = false): string =>
  new Intl.DateTimeFormat(hass.locale.language, {
    day: "numeric",
    month: "short",
    hour: "numeric",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
    ...timeOptions(hass),
  }).format(moment);

/** What the clock on the wall shows at a moment, ms as if it were in UTC: Swedes write as ISO does. */
function onTheWall(hass: Hass, moment: number): number {
  const options = { dateStyle: "short", timeStyle: "medium", ...zone(hass) } as const;
  const shown = new Intl.DateTimeFormat("sv-SE", options).format(moment);
  return Date.parse(`${shown.replace(" ", "T")}Z`);
}

/** The day of a moment as a date field has it: "2026-11-30". */
export const dayOf = (hass: Hass, moment: number): string =>
  new Date(onTheWall(hass, moment)).toISOString().slice(0, 10);

/** The midnight that ends such a day, ms. */
export function endOfDay(hass: Hass, day: string): number {
  const midnight = Date.parse(`${day}T00:00Z`) + 24 * 3600 * 1000;
  // Twice: clocks may be changed between the two guesses.
  const near = midnight - (onTheWall(hass, midnight) - midnight);
  return midnight - (onTheWall(hass, near) - near);
}

const unitFormats = new Map<string, Intl.NumberFormat>();

function unit(hass: Hass, value: number, name: string): string {
  const key = `${hass.locale.language} ${name}`;
  let format = unitFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(hass.locale.language, {
      style: "unit",
      unit: name,
      unitDisplay: "short",
      maximumFractionDigits: 0,
    });
    unitFormats.set(key, format);
  }
  return format.format(value);
}

/** "45 sec", "12 min", "3 hr 5 min". */
export function duration(hass: Hass, seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return unit(hass, whole, "second");
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return unit(hass, minutes, "minute");
  const hours = unit(hass, Math.floor(minutes / 60), "hour");
  return minutes % 60 ? `${hours} ${unit(hass, minutes % 60, "minute")}` : hours;
}

/** "€1.74", as the language of the profile writes it. */
export function money(hass: Hass, value: number, currency: string): string {
  try {
    return new Intl.NumberFormat(hass.locale.language, { style: "currency", currency }).format(value);
  } catch {
    return `${number(hass, value, 2)} ${currency}`;
  }
}

/** "October 2026" of 202610. */
export const monthName = (hass: Hass, month: number): string =>
  new Intl.DateTimeFormat(hass.locale.language, {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  }).format(Date.UTC(Math.floor(month / 100), (month % 100) - 1, 1));

/** A moment by the clocks of a zone: where a car charged, whoever reads it elsewhere. */
export const momentIn = (hass: Hass, seconds: number, timeZone: string, year = false): string =>
  new Intl.DateTimeFormat(hass.locale.language, {
    day: "numeric",
    month: "short",
    ...(year ? { year: "numeric" } : {}),
    hour: "numeric",
    minute: "2-digit",
    ...clock(hass.locale.time_format),
    timeZone,
  }).format(seconds * 1000);

/** What a field of date and time has for a moment by the clocks of a zone: "2026-10-14T12:00:05". */
export const fieldTime = (seconds: number, timeZone: string): string =>
  new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium", timeZone })
    .format(seconds * 1000)
    .replace(" ", "T");

/** The moment of such a field, UTC seconds; undefined for what is none. */
export function momentOf(field: string, timeZone: string): number | undefined {
  const wanted = Date.parse(`${field.length === 16 ? `${field}:00` : field}Z`);
  if (Number.isNaN(wanted)) return undefined;
  let moment = wanted;
  // Twice: clocks may be changed between the two guesses.
  for (let guess = 0; guess < 2; guess++) {
    moment -= Date.parse(`${fieldTime(moment / 1000, timeZone)}Z`) - wanted;
  }
  return Math.round(moment / 1000);
}
