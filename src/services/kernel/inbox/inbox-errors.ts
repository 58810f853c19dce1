/** What an event refers to is not there yet; it is tried again soon and never dropped. */
export class DeferredEvent extends Error {
  override readonly name = 'DeferredEvent'
}

/** Trying again would not help: the event rests as a dead letter, with the reason, until an operator replays it. */
export class UnprocessableEvent extends Error {
  override readonly name = 'UnprocessableEvent'
}
