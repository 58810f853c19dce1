import '../../ui/code-editor.css'
import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { Suspense, useEffect, useRef, useState } from 'react'
import {
  CatalogDraft,
  CatalogProblems,
  CatalogTexts,
  Installation,
  SetCatalogDraft,
  type CatalogDraftFields,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { lazyPart } from '../../session/load-part.js'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog, DenialAlert } from '../../ui/act-dialog.js'
import { actColumn } from '../../ui/act-menu.js'
import { CodeEditor, usePaused, type TextProblem } from '../../ui/code-editor.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count } from '../../ui/format.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { Moment } from '../../ui/moment.js'
import { Panel } from '../../ui/panel.js'
import { Segments } from '../../ui/segments.js'
import { saveFile } from '../../ui/save-file.js'
import { StateBadge } from '../../ui/state-badge.js'
import { toast } from '../../ui/toast.js'
import { allRead } from '../../ui/use-cursor-pages.js'
import { words } from '../../words/en.js'
import { catalogEditorWords } from '../../words/en/catalog-editor.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { operationsWords } from '../../words/en/operations.js'
import type { GrantTexts } from './catalog-card.js'
import { CatalogReview } from './catalog-review.js'

const CatalogForm = lazyPart(() => import('./catalog-form.js'), 'CatalogForm')

const texts = catalogEditorWords
type Draft = CatalogDraftFields
type Version = Draft['versions'][number]

/** Other operators save drafts, and no event announces them. */
const READ_MS = 30_000

/** The catalog as a text: its draft, its errors, the review and publication, and the earlier versions. */
export function CatalogEditor() {
  const installation = useOperation(Installation, {})
  const mayWrite = installation.data?.installation.viewerCan.includes('OPS_WRITE') ?? false
  const query = useOperation(CatalogDraft, {}, { refetchInterval: () => READ_MS })
  return (
    <Panel title={texts.title} query={query} height={560}>
      {({ catalogDraft }) =>
        catalogDraft && <Editor draft={catalogDraft} mayWrite={mayWrite} onRefused={() => void query.refetch()} />
      }
    </Panel>
  )
}

const download = (text: string): void => saveFile(new Blob([text], { type: 'application/yaml' }), 'catalog.yaml')

interface EditorProps {
  readonly draft: Draft
  /** False for an operator who can only read: a text can be checked and downloaded. */
  readonly mayWrite: boolean
  /** Called when the server has another draft. */
  readonly onRefused: () => void
}

function Editor({ draft: read, mayWrite, onRefused }: EditorProps) {
  // The result of a mutation is newer than what was read before it.
  const [known, setKnown] = useState({ read, draft: read })
  if (known.read !== read) setKnown({ read, draft: read })
  const { draft } = known
  const [text, setText] = useState(draft.text)
  // The saved text that was edited. Another operator can save another one.
  const [base, setBase] = useState(draft)
  const [reviewed, setReviewed] = useState<{ readonly text: string; readonly after: number } | null>(null)
  const [isDiscarding, setDiscarding] = useState(false)
  const current = draft.versions[0]!.number
  const isChanged = text !== base.text
  const isConflict = isChanged && (draft.revision !== base.revision || draft.text !== base.text)
  const take = (next: Draft) => {
    setKnown({ read, draft: next })
    setBase(next)
    setText(next.text)
  }
  if (!isChanged && (draft.text !== base.text || draft.revision !== base.revision)) take(draft)

  const save = usePageAction(SetCatalogDraft, (saved) => {
    setKnown({ read, draft: saved })
    setBase(saved)
    toast({ text: texts.saved })
  })
  const discard = usePageAction(SetCatalogDraft, (next) => {
    take(next)
    setReviewed(null)
    setDiscarding(false)
    toast({ text: texts.discarded })
  })
  const saveText = () => {
    if (mayWrite && isChanged && !save.isPending)
      save.runAsync({ yaml: text, revision: base.revision }).catch(onRefused)
  }
  const checked = usePaused(text)
  const check = useOperation(CatalogProblems, { yaml: checked }, { keepsPrevious: true })
  const problems = check.data?.catalogCheck?.problems ?? []
  // Texts of features are those of the last text without errors.
  const [grantTexts, setGrantTexts] = useState<GrantTexts>([])
  const newTexts = check.data?.catalogCheck?.grantTexts ?? []
  if (newTexts.length > 0 && newTexts !== grantTexts) setGrantTexts(newTexts)
  const [view, setView] = useState<'form' | 'yaml'>('form')
  const [place, setPlace] = useState<Pick<TextProblem, 'line' | 'column'> | null>(null)
  const showInText = (next: Pick<TextProblem, 'line' | 'column'>) => {
    setView('yaml')
    setPlace({ ...next })
  }
  const list = {
    problems,
    problemsLabel: texts.errorList,
    placeOf: ({ line, column }: TextProblem) => texts.atLine(count(line), count(column)),
  }
  const isChecking = checked !== text || check.isFetching
  const { history } = useRouter()
  useEffect(
    () => (isChanged ? history.block({ blockerFn: () => !window.confirm(texts.leave) }) : undefined),
    [history, isChanged],
  )
  const shown = useRef<HTMLDivElement>(null)
  const reviewButton = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!reviewed) return
    shown.current?.focus({ preventScroll: true })
    shown.current?.scrollIntoView({ block: 'start' })
  }, [reviewed])
  const review = (next: string) => setReviewed({ text: next, after: current })
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {texts.intro}
      </Text>
      {draft.fileChanged && (
        <Alert color="orange" title={texts.fileChanged}>
          {texts.fileChangedText}
        </Alert>
      )}
      {draft.unpushedProviders.length > 0 && (
        <Alert color="orange" title={texts.unpushed}>
          {draft.unpushedProviders.map((provider) => operationsWords.providers[provider]).join(', ')}:{' '}
          {texts.unpushedText}{' '}
          <LinkAnchor to="/ops/catalog" search={{ tab: 'provider' } as never} underline="always">
            {texts.showProvider}
          </LinkAnchor>
        </Alert>
      )}
      {isConflict && (
        <Alert color="orange" role="alert" title={texts.conflict}>
          <Stack gap="xs" align="flex-start">
            {texts.conflictText(draft.savedBy?.label ?? texts.someone)}
            <Group gap="xs">
              <Button size="xs" variant="default" onClick={() => take(draft)}>
                {texts.takeTheirs}
              </Button>
              <Button size="xs" variant="default" onClick={() => setBase(draft)}>
                {texts.keepMine}
              </Button>
            </Group>
          </Stack>
        </Alert>
      )}
      <Group>
        <Segments
          label={catalogFormWords.view}
          data={(['form', 'yaml'] as const).map((value) => ({ value, label: catalogFormWords.views[value] }))}
          value={view}
          onChange={(next) => {
            setView(next)
            setPlace(null)
          }}
        />
      </Group>
      {view === 'form' ? (
        <Suspense fallback={<Skeleton height={480} role="progressbar" aria-label={words.panel.loading} />}>
          <CatalogForm text={text} {...list} grantTexts={grantTexts} change={setText} show={showInText} />
        </Suspense>
      ) : (
        <CodeEditor label={texts.text} shown={place} value={text} {...list} onChange={setText} onSave={saveText} />
      )}
      <Group justify="space-between">
        <Stack gap={0}>
          <Text size="sm" role="status" c={problems.length > 0 && !isChecking ? 'red' : undefined}>
            {isChecking ? texts.checking : problems.length > 0 ? texts.errors(problems.length) : texts.valid}
          </Text>
          <Text size="xs" c="dimmed">
            {texts.current(count(current))}{' '}
            {isChanged ? (
              texts.unsaved
            ) : base.savedAt ? (
              <>
                {texts.draftOf(base.savedBy?.label ?? texts.someone)}, <Moment at={base.savedAt} />.
              </>
            ) : (
              texts.noDraft
            )}{' '}
            {mayWrite && texts.keys}
          </Text>
        </Stack>
        <Group gap="xs">
          <Button variant="default" onClick={() => download(text)}>
            {texts.download}
          </Button>
          {(isChanged || (mayWrite && base.revision > 0)) && (
            <Button variant="default" aria-haspopup="dialog" onClick={() => setDiscarding(true)}>
              {texts.discard}
            </Button>
          )}
          {mayWrite && (
            <Button variant="default" disabled={!isChanged || isConflict} loading={save.isPending} onClick={saveText}>
              {texts.save}
            </Button>
          )}
          <Button
            ref={reviewButton}
            variant={reviewed?.text === text ? 'default' : 'filled'}
            disabled={isChecking || problems.length > 0}
            onClick={() => review(text)}
          >
            {texts.review}
          </Button>
        </Group>
      </Group>
      <DenialAlert action={save} />
      {isDiscarding && (
        <ActDialog
          title={texts.discard}
          effect={texts.discardEffect}
          confirm={texts.discard}
          isDangerous
          needsReason={false}
          action={discard}
          onConfirm={() => {
            if (mayWrite && draft.revision > 0) discard.run({ yaml: null, revision: draft.revision })
            else {
              take(draft)
              setReviewed(null)
              setDiscarding(false)
            }
          }}
          onClose={() => setDiscarding(false)}
        />
      )}
      {reviewed && (
        <div ref={shown} tabIndex={-1} role="group" aria-label={texts.changes} className="code-review">
          <CatalogReview
            yaml={reviewed.text}
            mayWrite={mayWrite}
            after={reviewed.after}
            isOutdated={reviewed.text !== text || reviewed.after !== current}
            onPublished={(next) => {
              take(next)
              setReviewed(null)
            }}
            onClose={() => {
              setReviewed(null)
              reviewButton.current?.focus()
            }}
          />
        </div>
      )}
      <Versions
        versions={draft.versions}
        onRestore={(earlier) => {
          setText(earlier)
          review(earlier)
        }}
      />
    </Stack>
  )
}

interface VersionsProps {
  readonly versions: readonly Version[]
  readonly onRestore: (text: string) => void
}

function Versions({ versions, onRestore }: VersionsProps) {
  const [current, previous] = versions
  const stored = useOperation(CatalogTexts, {})
  const textOf = (number: number) =>
    stored.data?.catalogDraft?.versions.find((version) => version.number === number)?.text
  const columns: readonly Column<Version>[] = [
    { name: texts.number, isNumber: true, by: ({ number }) => number },
    { name: texts.origin, by: ({ source }) => texts.sources[source] },
    { name: texts.by, by: ({ publishedBy }) => publishedBy?.label ?? texts.none },
    {
      name: texts.at,
      isShort: true,
      by: ({ publishedAt }) => publishedAt,
      cell: ({ publishedAt }) => <Moment at={publishedAt} />,
    },
    { name: texts.reason, isLong: true, by: ({ reason }) => reason ?? texts.none },
    {
      name: texts.state,
      isState: true,
      cell: ({ number }) => number === current?.number && <StateBadge color="green">{texts.isCurrent}</StateBadge>,
    },
    actColumn(
      ({ number }) => texts.versionOf(count(number)),
      ({ number }) => {
        const text = textOf(number)
        if (number === current?.number || text === undefined) return []
        return [
          { name: number === previous?.number ? texts.undo : texts.restore, onChoose: () => onRestore(text) },
          { name: texts.download, onChoose: () => download(text) },
        ]
      },
    ),
  ]
  return (
    <section aria-label={texts.versions}>
      <Text fw={500} mb="xs">
        {texts.versions}
      </Text>
      <DataTable
        name={texts.versions}
        columns={columns}
        pages={allRead(versions)}
        empty={texts.noVersions}
        keyOf={({ number }) => String(number)}
      />
    </section>
  )
}
