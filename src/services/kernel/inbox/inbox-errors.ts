/** The event refers to an object that does not exist yet. It is retried soon and never dropped. */
export class DeferredEvent extends Error {
  override readonly name = 'DeferredEvent'
}

/** A retry would not help: the event is dead-lettered with the reason until an operator replays it. */
export class UnprocessableEvent extends Error {
  override readonly name = 'UnprocessableEvent'
}
