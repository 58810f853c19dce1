import { Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { GeneratedValueInput, ParameterType } from '@stackgate/client'
import { Categories, Plans, type VendorTemplateData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { NumberField } from '../../ui/number-field.js'
import { Select } from '../../ui/select.js'
import { vendorWords } from '../../words/en/vendor.js'

const texts = vendorWords

/** Requirements of a server that have a field. Others stay as they are. */
const REQUIREMENTS = ['cpu_cores', 'memory_mb', 'disk_gb'] as const
/** A parameter that the vendor described. */
export type DescribedParameter = Omit<ParameterOfTemplate, 'derived' | 'type' | 'generate'> & {
  readonly type: ParameterType
  readonly generate: Required<GeneratedValueInput> | null
}
export type ParameterOfTemplate = NonNullable<NonNullable<VendorTemplateData['template']>['parameters']>[number]

/** A parameter as an input. Its types are those that this page knows. */
export const described = (parameter: ParameterOfTemplate): DescribedParameter => {
  const { derived: _, ...given } = parameter
  return given as DescribedParameter
}

export interface TemplateFile {
  readonly path: string
  readonly content: string
}

type Requirements = Readonly<Record<string, unknown>>

/** The content of a template, as texts of fields. */
export interface TemplateTexts {
  readonly name: string
  readonly short: string
  readonly long: string
  readonly definition: string
  readonly parameters: readonly DescribedParameter[]
  readonly files: readonly TemplateFile[]
  /** Code of the category. Null: none. */
  readonly category: string | null
  /** Words with commas between them. */
  readonly tags: string
  /** Code of the lowest plan that can deploy the template. Null: every plan. */
  readonly requiredPlan: string | null
  readonly requirements: Requirements
}

export interface TemplateForm {
  readonly values: TemplateTexts
  readonly set: (changes: Partial<TemplateTexts>) => void
  /** The content as input of a mutation. */
  readonly input: {
    readonly name: string
    readonly shortDescription: string | null
    readonly longDescription: string | null
    readonly definition: string
    readonly parameters: DescribedParameter[]
    readonly files: TemplateFile[]
    readonly category: string | null
    readonly tags: string[]
    readonly requiredPlan: string | null
    readonly infrastructureRequirements: Requirements | null
  }
}

export function useTemplateTexts(initial: () => TemplateTexts): TemplateForm {
  const [values, setValues] = useState(initial)
  return {
    values,
    set: (changes) => setValues((old) => ({ ...old, ...changes })),
    input: {
      name: values.name,
      shortDescription: values.short || null,
      longDescription: values.long || null,
      definition: values.definition,
      parameters: [...values.parameters],
      files: [...values.files],
      category: values.category,
      tags: values.tags
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
      requiredPlan: values.requiredPlan,
      infrastructureRequirements: Object.keys(values.requirements).length > 0 ? values.requirements : null,
    },
  }
}

interface FieldsProps {
  readonly form: TemplateForm
  /** Why the value of a field was refused. */
  readonly errorOf: (field: string) => string | undefined
}

/** Fields that the marketplace shows. */
export function ListingFields({ form: { values, set }, errorOf }: FieldsProps) {
  const categories = useOperation(Categories, {})
  const plans = useOperation(Plans, {})
  return (
    <>
      <TextInput
        label={texts.name}
        required
        error={errorOf('name')}
        value={values.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <TextInput
        label={texts.short}
        maxLength={300}
        error={errorOf('shortDescription')}
        value={values.short}
        onChange={(event) => set({ short: event.currentTarget.value })}
      />
      <Textarea
        label={texts.long}
        description={texts.longHint}
        autosize
        minRows={4}
        error={errorOf('longDescription')}
        value={values.long}
        onChange={(event) => set({ long: event.currentTarget.value })}
      />
      <div className="equal-fields">
        <Select
          label={texts.category}
          none={texts.noCategory}
          data={(categories.data?.categories ?? []).map(({ code, title }) => ({ value: code, label: title }))}
          value={values.category}
          onChange={(category) => set({ category })}
        />
        <Select
          label={texts.requiredPlan}
          none={texts.everyPlan}
          data={(plans.data?.plans ?? []).map(({ code, name }) => ({ value: code, label: name }))}
          value={values.requiredPlan}
          onChange={(requiredPlan) => set({ requiredPlan })}
        />
      </div>
      <TextInput
        label={texts.tags}
        description={texts.tagsHint}
        error={errorOf('tags')}
        value={values.tags}
        onChange={(event) => set({ tags: event.currentTarget.value })}
      />
    </>
  )
}

/** Requirements of a server on which the template runs. */
export const RequirementFields = ({ form: { values, set } }: Pick<FieldsProps, 'form'>) => (
  <div className="equal-fields">
    {REQUIREMENTS.map((name) => (
      <NumberField
        key={name}
        label={texts.requirements[name]}
        min={0}
        value={numberText(values.requirements[name])}
        onChange={(text) => set({ requirements: withRequirement(values.requirements, name, text) })}
      />
    ))}
  </div>
)

const numberText = (value: unknown): string => (typeof value === 'number' ? String(value) : '')

/** The requirements with one that was typed. An empty field removes it. */
function withRequirement(requirements: Requirements, name: string, text: string): Requirements {
  const { [name]: _, ...others } = requirements
  return text === '' ? others : { ...others, [name]: Number(text) }
}
