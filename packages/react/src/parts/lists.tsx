import type { ReactNode } from 'react'
import { useConnection } from '../hooks/connection.js'
import {
  useCheckoutReturn,
  type CheckoutReturn as CheckoutReturnData,
  type CheckoutReturnOptions,
} from '../hooks/checkout-return.js'
import { useCommands } from '../hooks/deployments.js'
import { useInvoices } from '../hooks/lists.js'
import { words } from '../labels.js'
import { Button, Failure, Loading, usePart, type PartProps } from './part.js'

/** Properties of `InvoiceList`. */
export interface InvoiceListProps extends PartProps {
  readonly accountId?: string | undefined
}

/** Invoices, latest first, with links to page, PDF and payment, live. */
export function InvoiceList(props: InvoiceListProps): ReactNode {
  const part = usePart(props)
  const { labels, slot, date } = part
  const { data, isPending, error, refetch, hasMore, isLoadingMore, loadMore } = useInvoices(props)
  if (isPending) return <Loading part={part} lines={4} />
  if (error && !data) return <Failure part={part} error={error} onRetry={refetch} />
  if (!data?.length) return <p className={slot('detail')}>{labels.noInvoices}</p>
  const link = (url: string | null, text: string, name: string): ReactNode =>
    url ? (
      <a className={slot('link')} href={url} target="_blank" rel="noopener" aria-label={name}>
        {text}
      </a>
    ) : null
  return (
    <div className={slot('invoices')}>
      <table className={slot('table')}>
        <caption className="sg-hidden">{labels.invoices}</caption>
        <thead>
          <tr>
            <th scope="col">{labels.invoiceNumber}</th>
            <th scope="col">{labels.invoiceDate}</th>
            <th scope="col">{labels.invoiceStatus}</th>
            <th scope="col">{labels.invoiceAmount}</th>
            <th scope="col">{labels.invoiceDocuments}</th>
          </tr>
        </thead>
        <tbody>
          {data.map(({ id, number, createdAt, status, total, paymentUrl, url, pdfUrl }) => (
            <tr key={id}>
              <th scope="row">{number ?? labels.draft}</th>
              <td>
                <time dateTime={createdAt}>{date(createdAt)}</time>
              </td>
              <td>{labels.invoiceStatuses[status] ?? words(status.toLowerCase())}</td>
              <td>{total.formatted}</td>
              <td>
                {link(paymentUrl, labels.pay, labels.invoicePay(number ?? ''))}{' '}
                {link(url, labels.page, labels.invoicePage(number ?? ''))}{' '}
                {/* An invoice without a page at a provider has a file of the server, which requires a bearer. */}
                {link(url && pdfUrl, labels.pdf, labels.invoicePdf(number ?? ''))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {hasMore ? (
        <Button part={part} isBusy={isLoadingMore} onClick={loadMore}>
          {labels.more}
        </Button>
      ) : null}
      <Failure part={part} error={error} onRetry={refetch} />
    </div>
  )
}

/** Properties of `CommandLog`. */
export interface CommandLogProps extends PartProps {
  /** Hash of the deployment. */
  readonly hash: string
}

const WAITING: readonly string[] = ['QUEUED']

/** Commands of a deployment, latest first, live. Waiting ones can be canceled. */
export function CommandLog(props: CommandLogProps): ReactNode {
  const part = usePart(props)
  const { labels, slot, time } = part
  const { data, isPending, error, refetch, cancel } = useCommands(props.hash)
  if (isPending) return <Loading part={part} lines={4} />
  if (error && !data) return <Failure part={part} error={error} onRetry={refetch} />
  return (
    <div className={slot('log')} role="log" aria-label={labels.commands} tabIndex={0}>
      {data?.length ? null : <p className={slot('detail')}>{labels.noCommands}</p>}
      <ol className={slot('commands')}>
        {data?.map(({ id, type, appCode, status, createdAt, createdBy, error: failed }) => (
          <li key={id} className={slot('command', `sg-${status.toLowerCase()}`)}>
            <strong>{words(type)}</strong> {appCode ? <span>{appCode}</span> : null}{' '}
            <span className={slot('badge')}>{labels.commandStatuses[status] ?? words(status.toLowerCase())}</span>{' '}
            <time className={slot('detail')} dateTime={createdAt}>
              {time(createdAt)}
            </time>{' '}
            {createdBy ? (
              <span className={slot('detail')}>{labels.commandBy(createdBy.name ?? createdBy.email ?? '')}</span>
            ) : null}
            {failed ? <p className={slot('warning')}>{failed.message}</p> : null}
            {WAITING.includes(status) ? (
              <Button
                part={part}
                isBusy={cancel.isPending}
                aria-label={labels.cancelCommand(words(type))}
                onClick={() => cancel.mutate(id)}
              >
                {labels.cancel}
              </Button>
            ) : null}
          </li>
        ))}
      </ol>
      {cancel.denial ? <p role="alert">{cancel.denial.message}</p> : null}
      <Failure part={part} error={error ?? cancel.error} onRetry={refetch} />
    </div>
  )
}

/** Properties of `CheckoutReturn`. */
export interface CheckoutReturnProps extends PartProps, CheckoutReturnOptions {
  /** Shown below the sentence, for example a link to the thing that was bought. */
  readonly children?: ReactNode | ((state: CheckoutReturnData) => ReactNode)
}

/** Sentence after the return from the payment provider: confirming, paid, or not. Without a return it shows nothing. */
export function CheckoutReturn({ children, ...props }: CheckoutReturnProps): ReactNode {
  const part = usePart(props)
  const { labels, slot } = part
  const state = useCheckoutReturn(props)
  const { status, checkout, error, refetch } = state
  if (status === 'idle') return null
  const product = checkout?.product?.name
  const text = status === 'paid' && product ? labels.returnedProduct(product) : labels.returned[status]
  const isFailed = error !== null && status === 'confirming'
  return (
    <div className={slot('return', `sg-${status}`)}>
      <p role="status" className={slot('message')} aria-busy={status === 'confirming' && !isFailed}>
        {isFailed ? '' : text}
      </p>
      {isFailed ? <Failure part={part} error={error} onRetry={refetch} /> : null}
      {typeof children === 'function' ? children(state) : children}
    </div>
  )
}

/** Whether changes arrive by themselves, as a word with a sign. */
export function ConnectionBadge(props: PartProps): ReactNode {
  const part = usePart(props)
  const { labels, slot, time } = part
  const { status, since } = useConnection()
  return (
    <span className={slot('connection', `sg-${status}`)} role="status">
      <span className={slot('dot')} aria-hidden="true" />
      {status === 'waiting' ? labels.connectionWaiting(since ? time(since) : '') : labels.connection[status]}
    </span>
  )
}
