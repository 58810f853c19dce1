/** The event refers to an object that does not exist yet. It is retried soon and never dropped. */
export class DeferredEvent extends Error {
  override readonly name = 'DeferredEvent'
}

/** Trying again would not help: the event rests as a dead letter, with the reason, until an operator replays it. */
export class UnprocessableEvent extends Error {
  override readonly name = 'UnprocessableEvent'
}
