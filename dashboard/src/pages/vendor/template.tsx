import { Alert, Anchor, Button, Group, List, Stack, Text } from '@mantine/core'
import { Select } from '../../ui/select.js'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Suspense, useState, type FormEvent } from 'react'
import {
  DeleteTemplate,
  DeprecateTemplate,
  Installation,
  SetTemplatePrice,
  SubmitTemplate,
  UpdateTemplate,
  VendorTemplate as Template,
  WithdrawTemplatePrice,
  type VendorTemplateData,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { lazyPart } from '../../session/load-part.js'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog, DenialAlert } from '../../ui/act-dialog.js'
import { DetailList } from '../../ui/detail-list.js'
import { count, minorUnits } from '../../ui/format.js'
import { NumberField } from '../../ui/number-field.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { vendorWords } from '../../words/en/vendor.js'
import { priceText } from '../market/price-text.js'
import { TemplateFields, useTemplateTexts, type TemplateTexts } from './template-fields.js'

const ReviewHistory = lazyPart(() => import('../../ui/review-history.js'), 'ReviewHistory')

const texts = vendorWords
type Found = NonNullable<VendorTemplateData['template']>

/** One template of a vendor: its content, its way through the review, and its price. */
export function VendorTemplate() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const query = useOperation(Template, { id })
  const template = query.data?.template ?? null
  // Not part of the fields: the first change of a published template creates a version, whose fields replace them.
  const [isSaved, setSaved] = useState(false)
  const update = usePageAction(UpdateTemplate, () => setSaved(true))
  const save: ContentProps['save'] = (changes) => {
    setSaved(false)
    update.run({ id, input: changes })
  }
  return (
    <Stack>
      <Anchor component={Link} to="/vendor" size="sm">
        {texts.back}
      </Anchor>
      <PageHeading>{template?.nextVersion?.name ?? template?.name ?? texts.template}</PageHeading>
      <Panel title={texts.state} query={query}>
        {() => (template ? <State template={template} /> : texts.missing)}
      </Panel>
      {template && (
        <Panel title={texts.edit} query={query}>
          {() => (
            <Content
              key={template.nextVersion?.id ?? template.id}
              template={template}
              save={save}
              action={update}
              isSaved={isSaved}
            />
          )}
        </Panel>
      )}
      {template && (
        <Panel title={texts.price} query={query}>
          {() => <PriceForm template={template} />}
        </Panel>
      )}
      {template && (
        <Suspense>
          <ReviewHistory query={query} reviews={template.reviews.nodes} />
        </Suspense>
      )}
    </Stack>
  )
}

const SUBMITTABLE: readonly string[] = ['DRAFT', 'NEEDS_CHANGES', 'REJECTED']
const WAITING: readonly string[] = ['SUBMITTED', 'UNDER_REVIEW']

function State({ template }: { readonly template: Found }) {
  const { id, status, nextVersion, installCount, saleCount, viewCount } = template
  const submit = usePageAction(SubmitTemplate)
  const current = nextVersion?.status ?? status
  return (
    <Stack>
      <DetailList
        items={[
          [texts.state, <StatusBadge key="state" state={status} />],
          [texts.next, nextVersion && <StatusBadge key="next" state={nextVersion.status} />],
          [texts.installs, count(installCount)],
          [texts.sales, count(saleCount)],
          [texts.views, count(viewCount)],
        ]}
      />
      {nextVersion?.reviewComment && (
        <Alert color="orange" title={texts.comment}>
          {nextVersion.reviewComment}
        </Alert>
      )}
      {nextVersion && nextVersion.findings.length > 0 && (
        <Alert color="orange" title={texts.warnings}>
          <List size="sm">
            {nextVersion.findings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {WAITING.includes(current) && <Text>{texts.submitted}</Text>}
      <Group>
        {SUBMITTABLE.includes(current) && (
          <Button loading={submit.isPending} onClick={() => submit.run({ id })}>
            {texts.submit}
          </Button>
        )}
        <Removal template={template} />
      </Group>
      <Issues action={submit} />
    </Stack>
  )
}

/** Why a template was refused, with the place of each problem in it. */
function Issues({ action }: { readonly action: Parameters<typeof DenialAlert>[0]['action'] }) {
  const issues = action.denial && 'issues' in action.denial ? (action.denial.issues as readonly Issue[] | null) : null
  return (
    <>
      <DenialAlert action={action} />
      {issues && issues.length > 0 && (
        <List size="sm" aria-label={texts.problems}>
          {issues.map(({ path, message }) => (
            <List.Item key={path.join('.') + message}>
              <code>{path.join('.')}</code>: {message}
            </List.Item>
          ))}
        </List>
      )}
    </>
  )
}

interface Issue {
  readonly path: readonly string[]
  readonly message: string
}

/** A draft is deleted, a published template is withdrawn. */
function Removal({ template: { id, status } }: { readonly template: Found }) {
  const navigate = useNavigate()
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  const deprecate = usePageAction(DeprecateTemplate, close)
  const remove = usePageAction(DeleteTemplate, () => void navigate({ to: '/vendor' }))
  if (status === 'DEPRECATED') return null
  const isPublished = status === 'APPROVED'
  const name = isPublished ? texts.deprecate : texts.remove
  return (
    <>
      <Button variant="outline" color="red" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {name}
      </Button>
      {isOpen && (
        <ActDialog
          title={name}
          effect={isPublished ? texts.deprecateEffect : texts.removeEffect}
          confirm={name}
          isDangerous
          needsReason={false}
          action={isPublished ? deprecate : remove}
          onConfirm={() => (isPublished ? deprecate : remove).run({ id })}
          onClose={close}
        />
      )}
    </>
  )
}

const textOf = (definition: unknown): string =>
  typeof definition === 'string' ? definition : JSON.stringify(definition, null, 2)

/** The content of the next version if there is one, otherwise of the published template. */
function textsOf({ nextVersion, ...template }: Found): TemplateTexts {
  const { name, shortDescription, longDescription, definition, tags, infrastructureRequirements } =
    nextVersion ?? template
  return {
    name,
    short: shortDescription ?? '',
    long: longDescription ?? '',
    definition: textOf(definition),
    category: (nextVersion ?? template).category?.code ?? null,
    tags: tags.join(', '),
    requiredPlan: (nextVersion ?? template).requiredPlan?.code ?? null,
    requirements: (infrastructureRequirements ?? {}) as Readonly<Record<string, unknown>>,
  }
}

interface ContentProps {
  readonly template: Found
  readonly save: (changes: ReturnType<typeof useTemplateTexts>['input']) => void
  readonly action: Parameters<typeof DenialAlert>[0]['action'] & { readonly isPending: boolean }
  readonly isSaved: boolean
}

function Content({ template, save, action, isSaved }: ContentProps) {
  const form = useTemplateTexts(textsOf(template))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save(form.input)
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <TemplateFields form={form} />
        <Issues action={action} />
        <div>
          <Button type="submit" variant="default" loading={action.isPending}>
            {texts.save}
          </Button>
        </div>
        {isSaved && (
          <Text size="sm" role="status">
            {texts.saved}
          </Text>
        )}
      </Stack>
    </form>
  )
}

const INTERVALS = Object.entries(texts.intervals).map(([value, label]) => ({ value, label }))

/** Templates that were never listed: their price becomes valid with the publication. */
const isUnpublished = ({ status }: Found): boolean => status !== 'APPROVED' && status !== 'DEPRECATED'

/** The price that buyers pay now, or from the publication on, in one line. */
function saleText(template: Found): string {
  const { product } = template
  const [price] = product?.prices ?? []
  if (!product || !price) return texts.free
  const text = priceText(price)
  if (product.active) return text
  return isUnpublished(template) ? texts.futurePrice(text) : texts.notForSale
}

function PriceForm({ template }: { readonly template: Found }) {
  const { id, product } = template
  const installation = useOperation(Installation, {})
  const currency = installation.data?.installation.currency ?? 'USD'
  const [amount, setAmount] = useState('')
  const [interval, setInterval] = useState<string | null>('ONE_TIME')
  const set = usePageAction(SetTemplatePrice, () => setAmount(''))
  const [isStopping, setStopping] = useState(false)
  const withdraw = usePageAction(WithdrawTemplatePrice, () => setStopping(false))
  const isFuture = product !== null && !product.active && isUnpublished(template)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    set.run({
      id,
      price: {
        money: { amountMinor: minorUnits(amount, currency), currency },
        interval: interval === 'MONTH' ? { unit: 'MONTH' } : null,
      },
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text fw={500}>{saleText(template)}</Text>
        <Group align="flex-end">
          <NumberField
            label={texts.amount(currency)}
            step="any"
            min={0}
            isRequired
            value={amount}
            onChange={setAmount}
          />
          <Select label={texts.interval} data={INTERVALS} value={interval} onChange={setInterval} />
          <Button type="submit" variant="default" loading={set.isPending}>
            {texts.setPrice}
          </Button>
          {isFuture && (
            <Button variant="default" loading={withdraw.isPending} onClick={() => withdraw.run({ id })}>
              {texts.removePrice}
            </Button>
          )}
          {product?.active && (
            <Button variant="default" aria-haspopup="dialog" onClick={() => setStopping(true)}>
              {texts.withdrawPrice}
            </Button>
          )}
        </Group>
        <DenialAlert action={set} />
        {isStopping ? (
          <ActDialog
            title={texts.withdrawPrice}
            effect={texts.withdrawPriceEffect}
            confirm={texts.withdrawPrice}
            isDangerous
            needsReason={false}
            action={withdraw}
            onConfirm={() => withdraw.run({ id })}
            onClose={() => setStopping(false)}
          />
        ) : (
          <DenialAlert action={withdraw} />
        )}
      </Stack>
    </form>
  )
}
