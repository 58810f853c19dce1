import './review.css'
import { Alert, Button, Group, List, Skeleton, Stack, Text } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Suspense, useEffect, useImperativeHandle, useRef, useState, type Ref } from 'react'
import {
  ApproveTemplate,
  RejectTemplate,
  RequestTemplateChanges,
  ReviewQueue,
  StartTemplateReview,
  VendorTemplate,
  type VendorTemplateData,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog, DenialAlert } from '../../ui/act-dialog.js'
import { DetailList } from '../../ui/detail-list.js'
import { count, money } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageKeys, type PageKey } from '../../ui/keys.js'
import { PageHeading } from '../../ui/page-heading.js'
import { PanelContent, Section } from '../../ui/panel.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { words } from '../../words/en.js'
import { reviewWords } from '../../words/en/reviews.js'
import { vendorWords } from '../../words/en/vendor.js'
import { lazyPart } from '../../session/load-part.js'
import { sameTexts } from '../vendor/template-texts.js'

import { moveKeys, REVIEWS_OF_KEYS } from './keys.js'

/** It brings the code of compose files, differences and tables. */
const ReviewContent = lazyPart(() => import('./review-definition.js'), 'ReviewContent')
/** Height of the page while it is loading, in pixels. */
const HEIGHT = 640
const texts = reviewWords
type Template = NonNullable<VendorTemplateData['template']>

const CHECKS = Object.keys(texts.checks) as readonly (keyof typeof texts.checks)[]
type Checks = Readonly<Record<keyof typeof texts.checks, boolean>>
const UNCHECKED: Checks = {
  noSecrets: false,
  noHardcodedCredentials: false,
  validDockerSyntax: false,
  noMaliciousCode: false,
}

/** A submitted version and the published one, with the decision of the reviewer. */
export function Review() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const query = useOperation(VendorTemplate, { id })
  const template = query.data?.template ?? null
  const [said, say] = useState('')
  const decide = useRef<Decide>(null)
  const move = useMove(id, say)
  const keys: readonly PageKey[] = [
    { key: 'a', name: texts.approve, run: () => say(decide.current?.('approve') ?? '') },
    { key: 'r', name: texts.reject, run: () => say(decide.current?.('reject') ?? '') },
    ...moveKeys(move),
  ]
  return (
    <Stack>
      <PageHeading>{template?.nextVersion?.name ?? template?.name ?? texts.title}</PageHeading>
      <PageKeys keys={keys} said={said} />
      <PanelContent query={query} height={HEIGHT}>
        {() =>
          template ? (
            <Suspense fallback={<Skeleton height={HEIGHT} role="progressbar" aria-label={words.panel.loading} />}>
              <ReviewContent
                query={query}
                template={template}
                details={<TemplateDetails template={template} />}
                decision={<Decision key={template.id} ref={decide} template={template} />}
              />
            </Suspense>
          ) : (
            texts.missing
          )
        }
      </PanelContent>
    </Stack>
  )
}

/** Opens the review of the next or previous template of the queue. A template that was decided keeps its place. */
function useMove(id: string, say: (text: string) => void): (step: number) => void {
  const navigate = useNavigate()
  const queue = useOperation(ReviewQueue, { first: REVIEWS_OF_KEYS })
  const waiting = queue.data?.reviewQueue?.nodes ?? []
  const found = waiting.findIndex((each) => each.id === id)
  const place = useRef(0)
  useEffect(() => {
    if (found >= 0) place.current = found
  }, [found])
  return (step) => {
    const position = found >= 0 ? found + step : place.current + Math.min(step, 0)
    const next = waiting[position]
    if (!next) return say(step > 0 ? texts.noNext : texts.noPrevious)
    say(texts.place(next.nextVersion?.name ?? next.name, count(position + 1), count(waiting.length)))
    return void navigate({ to: `/ops/reviews/${next.id}`, replace: true })
  }
}

function TemplateDetails({ template }: { readonly template: Template }) {
  const { nextVersion, vendor, status, price } = template
  return (
    <Section title={texts.details}>
      <DetailList
        items={[
          [texts.vendor, vendor?.name],
          [texts.state, <StatusBadge key="state" state={nextVersion?.status ?? status} />],
          [texts.version, nextVersion && count(nextVersion.number)],
          [
            texts.submitted,
            nextVersion?.submittedAt && <Moment key="submitted" at={nextVersion.submittedAt} isBusiness />,
          ],
          [vendorWords.price, price && money(price.money)],
          ...sameTexts(template),
        ]}
      />
      {nextVersion && nextVersion.findings.length > 0 && (
        <Alert color="orange" title={texts.warnings}>
          <List size="sm">
            {nextVersion.findings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Alert>
      )}
    </Section>
  )
}

type Step = 'approve' | 'changes' | 'reject'

/** Begins a decision, or focuses and returns what is missing for it. */
type Decide = (step: 'approve' | 'reject') => string

function Decision({ template, ref }: { readonly template: Template; readonly ref: Ref<Decide> }) {
  const { id, name, nextVersion } = template
  const [checks, setChecks] = useState(UNCHECKED)
  const [step, setStep] = useState<Step | null>(null)
  const close = () => setStep(null)
  const start = usePageAction(StartTemplateReview)
  const approve = usePageAction(ApproveTemplate, close)
  const changes = usePageAction(RequestTemplateChanges, close)
  const reject = usePageAction(RejectTemplate, close)
  const isChecked = CHECKS.every((check) => checks[check])
  const status = nextVersion?.status
  const place = useRef<HTMLDivElement>(null)
  useImperativeHandle(ref, () => (wanted) => {
    if (status !== 'UNDER_REVIEW') {
      place.current?.querySelector('button')?.focus()
      return status === 'SUBMITTED' ? texts.startFirst : texts.nothing
    }
    if (wanted === 'approve' && !isChecked) {
      place.current?.querySelector<HTMLElement>('input:not(:checked)')?.focus()
      return texts.unticked
    }
    setStep(wanted)
    return ''
  })
  if (status !== 'SUBMITTED' && status !== 'UNDER_REVIEW') return <Alert color="gray">{texts.nothing}</Alert>
  if (status === 'SUBMITTED')
    return (
      <Stack align="flex-start" ref={place}>
        <Group className="review-acts">
          <Button loading={start.isPending} onClick={() => start.run({ id })}>
            {texts.start}
          </Button>
        </Group>
        <DenialAlert action={start} />
      </Stack>
    )
  const input = { id: id, checklist: checks }
  return (
    <Stack gap="sm" ref={place}>
      <Section title={texts.checklist}>
        <div className="checklist" role="group" aria-label={texts.checklist}>
          {CHECKS.map((check) => (
            <label key={check} className="check">
              <input
                type="checkbox"
                checked={checks[check]}
                onChange={(event) => setChecks({ ...checks, [check]: event.currentTarget.checked })}
              />{' '}
              {texts.checks[check]}
            </label>
          ))}
        </div>
        {!isChecked && (
          <Text size="sm" c="dimmed" id="unticked">
            {texts.unticked}
          </Text>
        )}
      </Section>
      <Group className="review-acts" gap="xs" role="group" aria-label={texts.decision}>
        <Button
          aria-haspopup="dialog"
          disabled={!isChecked}
          aria-describedby={isChecked ? undefined : 'unticked'}
          onClick={() => setStep('approve')}
        >
          {texts.approve}
        </Button>
        <Button variant="default" aria-haspopup="dialog" onClick={() => setStep('changes')}>
          {texts.changes}
        </Button>
        <Button variant="outline" color="red" aria-haspopup="dialog" onClick={() => setStep('reject')}>
          {texts.reject}
        </Button>
      </Group>
      {step === 'approve' && (
        <ActDialog
          title={texts.approve}
          effect={texts.approveEffect(nextVersion?.name ?? name)}
          confirm={texts.approve}
          needsReason={false}
          action={approve}
          onConfirm={() => approve.run(input)}
          onClose={close}
        />
      )}
      {step === 'changes' && (
        <ActDialog
          title={texts.changes}
          effect={texts.changesEffect}
          confirm={texts.changes}
          action={changes}
          onConfirm={(reason) => changes.run({ ...input, reason })}
          onClose={close}
        />
      )}
      {step === 'reject' && (
        <ActDialog
          title={texts.reject}
          effect={texts.rejectEffect}
          confirm={texts.reject}
          isDangerous
          action={reject}
          onConfirm={(reason) => reject.run({ ...input, reason })}
          onClose={close}
        />
      )}
    </Stack>
  )
}
