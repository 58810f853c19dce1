import { Arg, Ctx, Resolver, Root } from 'type-graphql'
import type { CatalogVersionRow } from '#entities/catalog/catalog-version.entity.js'
import { fieldResolver, query } from '#schema/kernel/decorators.js'
import { REASON } from '#schema/kernel/descriptions.js'
import { requires } from '#schema/kernel/requires.js'
import { SafeInt } from '#schema/kernel/scalars.js'
import { CatalogCheck, CatalogPreview } from '#schema/billing/catalog-check.type.js'
import { CatalogDraft, CatalogDraftPayload, type CatalogVersion } from '#schema/billing/catalog-draft.type.js'
import { catalogCheck, type CatalogCheck as Check } from '#services/billing/catalog-editor/catalog-check.js'
import { grantTexts } from '#services/billing/catalog-editor/grant-texts.js'
import { catalogDraft, type CatalogDraft as Draft } from '#services/billing/catalog-editor/catalog-draft.js'
import { previewCatalog } from '#services/billing/catalog-editor/preview-catalog.js'
import { publishCatalog } from '#services/billing/catalog-editor/publish-catalog.js'
import { setCatalogDraft } from '#services/billing/catalog-editor/set-catalog-draft.js'
import type { RequestContext } from '#context/request-context.js'
import { toActor } from '../identity/actor.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

@Resolver(() => CatalogCheck)
export class CatalogDraftResolver {
  @query('The draft of the catalog with the versions that were published.', () => CatalogDraft, { nullable: true })
  @requires('OPS_READ')
  async catalogDraft(@Ctx() context: RequestContext): Promise<CatalogDraft> {
    return toDraft(await catalogDraft(context))
  }

  @query(
    'Errors of a text of the catalog, and its differences from the current one. Nothing is stored.',
    () => CatalogCheck,
    {
      nullable: true,
    },
  )
  @requires('OPS_READ')
  async catalogCheck(
    @Ctx() context: RequestContext,
    @Arg('yaml', () => String, { description: 'YAML text.' }) text: string,
  ): Promise<CatalogCheck> {
    const checked = await catalogCheck(context, text)
    return {
      __typename: 'CatalogCheck',
      checked,
      problems: checked.problems.map(({ line, column, path, message }) => ({
        __typename: 'CatalogProblem',
        line,
        column,
        path,
        message,
      })),
      grantTexts: grantTexts(checked.definition),
      changes: checked.changes.map(({ isOfNewPurchases, ...change }) => ({
        __typename: 'CatalogTextChange',
        ...change,
        onlyNewPurchases: isOfNewPurchases,
      })),
    }
  }

  @fieldResolver(
    'Effect of a publication. The payment providers are read now. Null if the text cannot be published.',
    () => CatalogPreview,
    {
      nullable: true,
    },
  )
  async preview(@Ctx() context: RequestContext, @Root() check: CatalogCheck): Promise<CatalogPreview | null> {
    const { definition } = check.checked as Check
    if (!definition) return null
    const { steps, providerSteps, effects } = await previewCatalog(context, definition)
    return {
      __typename: 'CatalogPreview',
      steps,
      providerSteps: providerSteps.map((step) => ({ __typename: 'CatalogProviderStep', ...step })),
      effects: effects.map(({ type, before, after, ...effect }) => ({
        __typename: 'CatalogEffect',
        ...effect,
        isPlan: type === 'PLAN',
        before: before.map(toMoney),
        after: after.map(toMoney),
      })),
    }
  }

  @mutation(
    'Saves the draft of the catalog, which can have errors; `catalogCheck` reports them. Nothing is sold differently. Repeated calls have no effect.',
    {
      payload: () => CatalogDraftPayload,
      permission: 'OPS_WRITE',
      moves: { nothing: 'stores a text that nothing is sold by' },
      repeats: 'The draft already has the text.',
    },
  )
  setCatalogDraft(
    @Ctx() context: RequestContext,
    @Arg('yaml', () => String, { nullable: true, description: 'YAML text. Null removes the draft.' })
    text: string | null | undefined,
    @Arg('revision', () => SafeInt, { description: '`revision` of the draft that was edited.' }) revision: number,
  ) {
    return unlessDenied(setCatalogDraft(context, { text: text ?? null, revision }), (outcome) => toDraft(outcome))
  }

  @mutation(
    'Publishes a text as the catalog: it is loaded as the file is, pushed to the payment providers, and sold by all servers. An earlier text can be published again. Subscribers keep their terms. Repeated calls have no effect.',
    {
      payload: () => CatalogDraftPayload,
      permission: 'OPS_WRITE',
      moves: { nothing: 'changes what is sold later, which this population does not' },
      repeats: 'The text is already the version after the one that it replaced.',
    },
  )
  publishCatalog(
    @Ctx() context: RequestContext,
    @Arg('yaml', () => String, { description: 'YAML text.' }) text: string,
    @Arg('after', () => SafeInt, { description: 'Number of the version that the text was compared with.' })
    after: number,
    @Arg('reason', () => String, { description: REASON }) reason: string,
  ) {
    return unlessDenied(publishCatalog(context, { text, after, reason }), (outcome) => toDraft(outcome))
  }
}

const toDraft = ({ text, saved, versions, isFileChanged, unpushed }: Draft): CatalogDraft => ({
  __typename: 'CatalogDraft',
  text,
  revision: saved?.revision ?? 0,
  savedBy: authorOf(saved),
  savedAt: saved?.at ?? null,
  versions: versions.map(toVersion),
  fileChanged: isFileChanged,
  unpushedProviders: [...unpushed],
})

const toVersion = (row: CatalogVersionRow): CatalogVersion => ({
  __typename: 'CatalogVersion',
  number: row.number,
  source: row.source,
  text: row.text,
  publishedBy: authorOf(row),
  reason: row.reason,
  publishedAt: row.at,
})

const authorOf = (row: CatalogVersionRow | null) => (row?.author ? toActor(row.author) : null)
