import { enumType, field, objectType } from '../kernel/decorators.js'

export const ActorKind = enumType('ActorKind', 'Kinds of those who act.', {
  USER: 'A user.',
  API_KEY: 'A service, by its key.',
  AGENT: 'An agent of a deployment.',
  SYSTEM: 'Stackgate itself, or a connected system without a key of its own.',
  ANONYMOUS: 'A caller without a token.',
})
export type ActorKind = keyof typeof ActorKind

/** A user, service, agent or system that acted. Resolvers add `label`, `user` and `apiKey`. */
@objectType('A user, service, agent or system that acted.')
export class Actor {
  @field('Kind of the actor.', () => ActorKind)
  kind!: ActorKind

  /** Stored text: an ID, or the name of a system. */
  principal!: string
}
