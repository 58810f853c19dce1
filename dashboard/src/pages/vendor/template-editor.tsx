import '../../ui/code-editor.css'
import './template-editor.css'
import { Button, Stack, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import {
  Plans,
  SubmitTemplate,
  TemplateDefinitionIssues,
  UpdateTemplate,
  WithdrawTemplateSubmission,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { DenialAlert } from '../../ui/act-dialog.js'
import { CodeEditor, ProblemList, usePaused, type TextProblem } from '../../ui/code-editor.js'
import { DetailList, JsonText } from '../../ui/detail-list.js'
import { count } from '../../ui/format.js'
import { Section } from '../../ui/panel.js'
import { ReviewHistory } from '../../ui/review-history.js'
import { catalogEditorWords } from '../../words/en/catalog-editor.js'
import { vendorWords } from '../../words/en/vendor.js'
import { TemplateCard } from '../market/template-card.js'
import { composeText, contentText, placesOf, yamlProblems, type RefusedPart } from './compose.js'
import {
  described,
  ListingFields,
  RequirementFields,
  useTemplateTexts,
  type TemplateForm,
  type TemplateTexts,
} from './template-fields.js'
import { PartSections } from './template-parts.js'
import { PriceForm } from './template-price.js'
import { isEditable, isWaiting, TemplateProgress } from './template-progress.js'
import { templateTexts } from './template-texts.js'
import type { TemplateOfVendor } from './template.js'

const texts = vendorWords

interface TemplateEditorProps {
  readonly template: TemplateOfVendor
  readonly query: Parameters<typeof ReviewHistory>[0]['query']
}

/** Form of a template, next to its card in the marketplace. Drafts are saved when a field is left. */
export function TemplateEditor({ template, query }: TemplateEditorProps) {
  const form = useTemplateTexts(() => textsOf(template))
  const { values } = form
  const syntax = yamlProblems(values.definition)
  const draft = useSaving(template, form, syntax.length > 0)
  const refused = draft.refused
  const check = useDefinitionCheck(values, syntax.length === 0)
  const wrongParts = inField(refused, 'definition')
  const problems =
    syntax.length > 0 ? syntax : placesOf(values.definition, wrongParts.length > 0 ? wrongParts : check.issues)
  const errorOf = (field: string) => inField(refused, field)[0]?.message
  const submit = usePageAction(SubmitTemplate)
  const [shown, setShown] = useState<TextProblem | null>(null)
  const save = (event: FormEvent) => {
    event.preventDefault()
    draft.save()
  }
  const current = statusOf(template)
  return (
    <Stack>
      <TemplateProgress template={template} />
      <div className="columns main-and-side">
        <Stack>
          {isWaiting(current) ? (
            <WaitingContent template={template} />
          ) : (
            <form id={FORM} onSubmit={save} onBlur={draft.isDraft ? draft.save : undefined}>
              <div className="template-sections">
                <Section title={texts.listing}>
                  <ListingFields form={form} errorOf={errorOf} />
                </Section>
                <Section title={texts.compose}>
                  <Text size="sm" c="dimmed">
                    {texts.definitionHint}
                  </Text>
                  <CodeEditor
                    label={texts.definition}
                    value={values.definition}
                    problems={problems}
                    problemsLabel={texts.problems}
                    placeOf={({ line, column }) => catalogEditorWords.atLine(count(line), count(column))}
                    onChange={(definition) => form.set({ definition })}
                    onSave={draft.save}
                    shown={shown}
                  />
                  <ProblemList
                    problems={syntax.length > 0 ? [] : placesOf(values.definition, check.warnings)}
                    problemsLabel={texts.warningsBeforeReview}
                    placeOf={({ line, column }) =>
                      `${texts.warning}: ${catalogEditorWords.atLine(count(line), count(column))}`
                    }
                    onChoose={setShown}
                  />
                </Section>
                <PartSections
                  form={form}
                  stored={(template.nextVersion ?? template).parameters ?? []}
                  errorOf={(...path) =>
                    check.ofParts.find((each) => path.every((part, index) => each.path[index] === String(part)))
                      ?.message
                  }
                />
                <Section title={texts.needs}>
                  <RequirementFields form={form} />
                  {errorOf('infrastructureRequirements') && (
                    <Text size="sm" c="red">
                      {errorOf('infrastructureRequirements')}
                    </Text>
                  )}
                </Section>
              </div>
            </form>
          )}
          <Section title={texts.price}>
            <PriceForm template={template} />
          </Section>
          {!draft.action.denial?.issues?.length && <DenialAlert action={draft.action} />}
          <DenialAlert action={submit} />
          {isWaiting(current) && <Withdrawal id={template.id} />}
          {!isWaiting(current) && current !== 'DEPRECATED' && (
            <div className="save-bar">
              <Text
                size="sm"
                role="status"
                c={problems.length + refused.length + check.ofParts.length > 0 ? 'red' : 'dimmed'}
              >
                {stateText(draft, {
                  isChecking: check.isChecking,
                  isWrong: problems.length + refused.length + check.ofParts.length > 0,
                })}
              </Text>
              {!draft.isDraft && (
                <Button type="submit" form={FORM} variant="default" loading={draft.action.isPending}>
                  {texts.save}
                </Button>
              )}
              {isEditable(current) && (
                <Button
                  loading={submit.isPending}
                  disabled={syntax.length > 0}
                  onClick={() => void draft.saved().then((isSaved) => isSaved && submit.run({ id: template.id }))}
                >
                  {texts.submit}
                </Button>
              )}
            </div>
          )}
          {template.reviews.nodes.length > 0 && <ReviewHistory query={query} reviews={template.reviews.nodes} />}
        </Stack>
        <Preview template={template} values={values} tags={form.input.tags} />
      </div>
    </Stack>
  )
}

const FORM = 'template-content'

/** The version that waits for its review, as its reviewer reads it. Nothing in it can be changed until the review has ended. */
const WaitingContent = ({ template }: { readonly template: TemplateOfVendor }) => (
  <>
    <Section title={texts.listing}>
      <DetailList items={templateTexts(template)} />
    </Section>
    <Section title={texts.compose}>
      <JsonText name={texts.definition} value={contentText(template.nextVersion ?? template)} />
    </Section>
  </>
)

/** Takes the version out of its review. */
function Withdrawal({ id }: Pick<TemplateOfVendor, 'id'>) {
  const withdraw = usePageAction(WithdrawTemplateSubmission)
  return (
    <>
      <DenialAlert action={withdraw} />
      <div className="save-bar">
        <Text size="sm" c="dimmed">
          {texts.submitted}
        </Text>
        <Button variant="default" loading={withdraw.isPending} onClick={() => withdraw.run({ id })}>
          {texts.withdrawSubmission}
        </Button>
      </div>
    </>
  )
}

const statusOf = ({ nextVersion, status }: TemplateOfVendor) => nextVersion?.status ?? status

/** Refused parts of a field, with their paths below it. The path of a problem begins with the name of an argument. */
const inField = (refused: readonly RefusedPart[], field: string): readonly RefusedPart[] =>
  refused.flatMap(({ path, message }) => (path[1] === field ? [{ path: path.slice(2), message }] : []))

/** The content of the next version if there is one, otherwise of the published template. */
function textsOf({ nextVersion, ...template }: TemplateOfVendor): TemplateTexts {
  const { name, shortDescription, longDescription, definition, parameters, files, tags, infrastructureRequirements } =
    nextVersion ?? template
  return {
    name,
    short: shortDescription ?? '',
    long: longDescription ?? '',
    definition: composeText(definition),
    parameters: (parameters ?? []).filter(({ derived }) => !derived).map(described),
    files: (files ?? []).map(({ path, content }) => ({ path, content })),
    category: (nextVersion ?? template).category?.code ?? null,
    tags: tags.join(', '),
    requiredPlan: (nextVersion ?? template).requiredPlan?.code ?? null,
    requirements: (infrastructureRequirements ?? {}) as Readonly<Record<string, unknown>>,
  }
}

type Saving = ReturnType<typeof useSaving>

/** Saves the fields if they have changed. The first change of a published template starts its next version, which only a button does. */
function useSaving(template: TemplateOfVendor, { values, input }: TemplateForm, isUnreadable: boolean) {
  const { id } = template
  const [stored, setStored] = useState(values)
  const [hasSaved, setSaved] = useState(false)
  const action = usePageAction(UpdateTemplate)
  const isDraft = isEditable(statusOf(template))
  const isChanged = values !== stored
  /** The present content of the fields. A request that runs began with an earlier one. */
  const latest = useRef({ values, input, stored, isUnreadable })
  useEffect(() => {
    latest.current = { ...latest.current, values, input, isUnreadable }
  })
  const tried = useRef(values)
  const running = useRef<Promise<boolean> | null>(null)
  const send = async (): Promise<boolean> => {
    const { values: sent, input: content } = latest.current
    tried.current = sent
    try {
      await action.runAsync({ id, input: content })
    } catch {
      // The action has the reason.
      return false
    } finally {
      running.current = null
    }
    latest.current.stored = sent
    setStored(sent)
    setSaved(true)
    return true
  }
  /** True after everything is saved, also what was typed while a request ran. */
  const saved = async (): Promise<boolean> => {
    if (running.current) await running.current
    const now = latest.current
    if (now.values === now.stored) return true
    if (now.isUnreadable) return false
    running.current ??= send()
    return running.current
  }
  const save = (): void => {
    if (!isDraft || values !== tried.current) void saved()
  }
  const { history } = useRouter()
  const isLost = isChanged && !action.isPending && (!isDraft || isUnreadable || action.denial !== null)
  useEffect(
    () => (isLost ? history.block({ blockerFn: () => !window.confirm(catalogEditorWords.leave) }) : undefined),
    [history, isLost],
  )
  const refused: readonly RefusedPart[] = isChanged ? (action.denial?.issues ?? []) : []
  return { action, isDraft, isChanged, hasSaved, refused, save, saved }
}

/** The parts of a compose file that the server would refuse or warn a reviewer of, read again after each pause of typing. */
function useDefinitionCheck({ definition, parameters, files }: TemplateTexts, isReadable: boolean) {
  const paused = usePaused(definition)
  const query = useOperation(
    TemplateDefinitionIssues,
    { definition: paused, includeWarnings: true, parameters: [...parameters], files: [...files] },
    { enabled: isReadable && paused === definition, keepsPrevious: true },
  )
  const all = query.data?.templateDefinitionIssues ?? []
  const ofParts: readonly RefusedPart[] = all.filter(({ path }) => path[0] === 'parameters' || path[0] === 'files')
  const found = all
    .filter(({ path }) => path[0] === 'definition')
    .map(({ path, ...issue }) => ({ ...issue, path: path.slice(1) }))
  const issues: readonly RefusedPart[] = found.filter(({ severity }) => severity === 'ERROR')
  const warnings: readonly RefusedPart[] = found.filter(({ severity }) => severity === 'WARNING')
  return { issues, ofParts, warnings, isChecking: isReadable && (paused !== definition || query.isFetching) }
}

interface Checked {
  readonly isChecking: boolean
  readonly isWrong: boolean
}

function stateText({ action, isChanged, hasSaved }: Saving, { isChecking, isWrong }: Checked): string {
  if (action.isPending) return texts.saving
  if (isChecking) return catalogEditorWords.checking
  if (isWrong) return isChanged ? texts.wrong : texts.correct
  if (isChanged) return texts.unsaved
  return hasSaved ? texts.saved : texts.unchanged
}

interface PreviewProps {
  readonly template: TemplateOfVendor
  readonly values: TemplateTexts
  readonly tags: readonly string[]
}

/** The card of the marketplace with what the fields say now. On a phone it is folded, above the form. */
function Preview({ template, values, tags }: PreviewProps) {
  const plans = useOperation(Plans, {})
  const isWide = useMediaQuery('(min-width: 48rem)', undefined, { getInitialValueInEffect: false })
  const plan = plans.data?.plans?.find(({ code }) => code === values.requiredPlan) ?? null
  return (
    <details className="template-preview stays" open={isWide}>
      <summary>{texts.preview}</summary>
      <div inert>
        <TemplateCard
          account={undefined}
          template={{
            ...template,
            name: values.name || texts.name,
            shortDescription: values.short || texts.short,
            tags: [...tags],
            requiredPlan: plan,
            product: null,
            eligibility: { allowed: true, denials: [] },
          }}
        />
      </div>
    </details>
  )
}
