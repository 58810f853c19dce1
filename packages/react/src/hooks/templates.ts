import { expectResult } from '@stackgate/client'
import { StartDeployment, Template as TemplateDocument, type TemplateData } from '@stackgate/client/documents'
import { useKeyedMutation, type MutationResult } from '../mutation.js'
import { useStackgateContext } from '../provider.js'
import { useAccountId, useStackgateQuery, type QueryResult } from '../query.js'
import type { DeploymentToStart } from '../types.js'
import { useCheckout, type Checkout, type CheckoutInput, type RedirectOptions } from './checkout.js'

/** A template of the marketplace, with whether the account owns it and may deploy it. */
export type Template = NonNullable<TemplateData['template']>

/** A template by its slug, and whether the account may deploy it, live. */
export function useTemplate(slug: string, accountId?: string): QueryResult<Template | null> {
  const account = useAccountId(accountId)
  const isPublic = account === null
  return useStackgateQuery({
    name: 'Template',
    document: TemplateDocument,
    variables: { by: { slug }, account: account ?? undefined },
    account,
    isPublic,
    select: (data) => data.template,
  })
}

/** Input of `usePurchaseTemplate`. */
export interface PurchaseTemplateInput extends Pick<CheckoutInput, 'currency' | 'provider'> {
  readonly templateId: string
}

/** Begins the payment of a template and opens the page of the payment provider. */
export const usePurchaseTemplate = (options?: RedirectOptions): MutationResult<PurchaseTemplateInput, Checkout> =>
  useCheckout(options)

/** A started deployment. `enrolmentToken` registers its agent. It and the generated values are shown only once. */
export interface DeploymentStart {
  readonly deployment: { readonly id: string; readonly hash: string }
  readonly enrolmentToken: string | null
  readonly generatedValues: readonly { readonly name: string; readonly value: string | null }[] | null
}

/** Starts a deployment of a template. */
export function useDeploy(accountId?: string): MutationResult<DeploymentToStart, DeploymentStart> {
  const { client } = useStackgateContext()
  const account = useAccountId(accountId)
  return useKeyedMutation(async (input: DeploymentToStart, key) => {
    const data = await client.request(StartDeployment, { input: { ...input, accountId: account ?? undefined }, key })
    const { deployment, enrolmentToken, generatedValues } = expectResult(data.startDeployment)
    return { deployment: deployment!, enrolmentToken, generatedValues }
  })
}
