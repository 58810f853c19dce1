import { useEffect, type ReactNode } from 'react'
import { useCheckout } from '../hooks/checkout.js'
import { useDenial } from '../hooks/denial.js'
import { useLeaveWhile } from '../hooks/leave.js'
import { CheckoutProgress, DenialBody } from './denial.js'
import { Button, Dialog, Failure, usePart, type PartProps } from './part.js'
import { Done } from './terms.js'
import type { BillingInterval } from '../types.js'

/** Properties of `PurchaseTemplateModal`. */
export interface PurchaseTemplateModalProps extends PartProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly templateId: string
  readonly templateName: string
  readonly vendorName?: string | undefined
  /** Price of the template as the server returns it, or its text. Default: none is shown. */
  readonly price?:
    | string
    | { readonly interval?: BillingInterval | null; readonly money: { readonly formatted: string } }
    | null
    | undefined
  readonly accountId?: string | undefined
  /** True once the account owns the template, for example `useTemplate(slug).data?.product?.owned`. */
  readonly isOwned?: boolean | undefined
  /** Called when the account owns the template. */
  readonly onOwned?: (() => void) | undefined
  /** Replaces the payment: the application sells the template itself. */
  readonly onPurchase?: ((templateId: string) => unknown) | undefined
}

/** Sells a template and pays it. */
export function PurchaseTemplateModal(props: PurchaseTemplateModalProps): ReactNode {
  const { open, onClose, templateId, templateName, vendorName = null, price = null, accountId } = props
  const { isOwned = false, onOwned, onPurchase } = props
  const part = usePart(props)
  const { labels, slot } = part
  const checkout = useCheckout({ accountId, onRedirect: useLeaveWhile(open) })
  const view = useDenial(checkout.denial, { accountId })
  const owned = isOwned || checkout.denial?.code === 'ALREADY_OWNED'
  useEffect(() => {
    if (open && owned) onOwned?.()
  }, [open, owned])
  const text = typeof price === 'string' ? price : (price?.money.formatted ?? null)
  const isMonthly = typeof price === 'object' && !!price?.interval
  const start = (): void => void (onPurchase ? onPurchase(templateId) : checkout.mutate({ templateId }))
  return (
    <Dialog part={part} open={open} title={labels.purchaseTitle(templateName)} onClose={onClose}>
      {owned ? (
        <Done part={part} text={labels.purchaseOwned(templateName)} onClose={onClose} />
      ) : (
        <>
          <p className={slot('message')}>{labels.purchaseText(templateName, vendorName)}</p>
          <p className={slot('detail')}>{isMonthly ? labels.purchaseMonthly : labels.purchaseOnce}</p>
          {view ? <DenialBody part={part} view={view} /> : null}
          <div className={slot('actions')}>
            <Button part={part} isPrimary isBusy={checkout.isPending} onClick={start}>
              {labels.purchase(text)}
            </Button>
          </div>
          <CheckoutProgress part={part} checkout={checkout} />
          <Failure part={part} error={checkout.error} onRetry={start} />
        </>
      )}
    </Dialog>
  )
}
