/** What an element knows of the group it shows. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { Follower, inWords } from "./commands";
import type { Group, Hass } from "./types";

export type Following =
  | { state: "loading" }
  | { state: "running"; group: Group }
  | { state: "stopped"; reason: string | null }
  | { state: "removed" }
  | { state: "unreachable"; error: string };

export class GroupFollower implements ReactiveController {
  seen: Following = { state: "loading" };

  private follower?: Follower;
  private followed?: string;
  private hass?: Hass;
  private receivedAt = 0;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  /** Follow a group; nothing happens where it is followed already. */
  follow(hass: Hass, entryId: string): void {
    const sameConnection = this.hass?.connection === hass.connection;
    this.hass = hass;
    if (this.follower && this.followed === entryId && sameConnection) return;
    this.stop();
    this.followed = entryId;
    this.seen = { state: "loading" };
    this.follower = new Follower(
      hass.connection,
      entryId,
      (event) => {
        this.receivedAt = performance.now();
        this.seen = event;
        this.host.requestUpdate();
      },
      (error) => {
        // What was seen last stays in sight while the connection comes back.
        if (this.seen.state === "running" && this.hass?.connected === false) return;
        this.seen = { state: "unreachable", error: inWords(hass, error) };
        this.host.requestUpdate();
      },
    );
  }

  get group(): Group | undefined {
    return this.seen.state === "running" ? this.seen.group : undefined;
  }

  /** The integration's clock now, s; the browser's own may be wrong. */
  get now(): number {
    return (this.group?.now ?? 0) + (performance.now() - this.receivedAt) / 1000;
  }

  /** The server's wall clock now, ms since 1970. */
  get wallClock(): number {
    return this.group
      ? this.group.wall_clock * 1000 + (performance.now() - this.receivedAt)
      : Date.now();
  }

  hostConnected(): void {
    if (this.hass && this.followed && !this.follower) this.follow(this.hass, this.followed);
  }

  hostDisconnected(): void {
    this.stop();
  }

  private stop(): void {
    this.follower?.stop();
    this.follower = undefined;
  }
}

/** Whether a new `hass` has anything in it that the page shows. */
export function hassChanged(hass: Hass, old: Hass | undefined): boolean {
  return (
    !old ||
    hass.connected !== old.connected ||
    hass.connection !== old.connection ||
    hass.locale !== old.locale ||
    hass.localize !== old.localize ||
    hass.themes !== old.themes ||
    hass.user !== old.user ||
    hass.config.components.length !== old.config.components.length
  );
}
