import { PaymentProvider } from './payment-provider.js'
import { Actor } from '../identity/actor.type.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { payload } from '../kernel/payload.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

export const CatalogSource = enumType('CatalogSource', 'Origin of a version of the catalog.', {
  FILE: 'The file that `CATALOG` names.',
  EDITOR: 'An operator in the editor.',
})
export type CatalogSource = keyof typeof CatalogSource

@objectType('A text of the catalog that was loaded.')
export class CatalogVersion {
  readonly __typename!: 'CatalogVersion'

  @field('Number of the version, from 1.', () => SafeInt)
  number!: number

  @field('Origin of the text.', () => CatalogSource)
  source!: CatalogSource

  @field('The YAML text, with its comments.', () => String)
  text!: string

  @field('Operator who published it. Null for the file.', () => Actor, { nullable: true })
  publishedBy!: Actor | null

  @field('Reason of the operator. Null for the file.', () => String, { nullable: true })
  reason!: string | null

  @field('Time at which it was loaded (machine clock).', () => DateTime)
  publishedAt!: Date
}

@objectType('The text of the catalog that operators edit.')
export class CatalogDraft {
  readonly __typename!: 'CatalogDraft'

  @field('YAML text of the draft. Without a saved draft, that of the current version.', () => String)
  text!: string

  @field('Number of the last save, which the next one names. 0 without a saved draft.', () => SafeInt)
  revision!: number

  @field('Operator who saved the draft last. Null without a saved draft.', () => Actor, { nullable: true })
  savedBy!: Actor | null

  @field('Time of the last save (machine clock). Null without a saved draft.', () => DateTime, { nullable: true })
  savedAt!: Date | null

  @field('The newest ten versions, newest first. The first one is the current catalog.', () => [CatalogVersion])
  versions!: CatalogVersion[]

  @field(
    'True if the file on the disk of this server was changed since it was loaded. The next start or `catalog push` loads it instead of the current version.',
    () => Boolean,
  )
  fileChanged!: boolean

  @field('Providers at which current prices are missing. A push or the first sale creates them.', () => [
    PaymentProvider,
  ])
  unpushedProviders!: PaymentProvider[]
}

export const CatalogDraftPayload = payload(CatalogDraft)
