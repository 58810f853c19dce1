/** Carries topics between processes. */
export interface NotificationTransport {
  /** Sends topics to other processes. A lost notification is covered by a poll, so that nothing waits for it. */
  send(topics: readonly string[]): void
  /** Begins to receive a topic. Transports that receive all topics do nothing. */
  follow(topic: string): void
  /** Ends receiving a topic. */
  unfollow(topic: string): void
  /** Receives all topics from now on. */
  followAll(): void
  /** Resolves when notifications arrive for the first time, or can be expected to arrive later. */
  readonly ready: Promise<void>
  /** Throws while a request must not be served because no notifications arrive. */
  check(): Promise<void>
  /** Sends what waits, and ends. */
  close(): Promise<void>
}

/** Callbacks of a transport. */
export interface TransportListener {
  /** Called with topics that other processes sent. */
  readonly onTopics: (topics: readonly string[]) => void
  /** Called when notifications may have been lost. */
  readonly onMissed: () => void
}
