import { Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { vendorWords } from '../../words/en/vendor.js'

const texts = vendorWords

/** The texts of a template. */
export interface TemplateTexts {
  readonly name: string
  readonly short: string
  readonly long: string
  readonly definition: string
}

export interface TemplateForm {
  readonly values: TemplateTexts
  readonly set: (changes: Partial<TemplateTexts>) => void
  /** The texts as input of a mutation. */
  readonly input: {
    readonly name: string
    readonly shortDescription: string | null
    readonly longDescription: string | null
    readonly definition: string
  }
}

export function useTemplateTexts(initial: TemplateTexts): TemplateForm {
  const [values, setValues] = useState(initial)
  return {
    values,
    set: (changes) => setValues((old) => ({ ...old, ...changes })),
    input: {
      name: values.name,
      shortDescription: values.short || null,
      longDescription: values.long || null,
      definition: values.definition,
    },
  }
}

interface TemplateFieldsProps {
  readonly form: TemplateForm
  /** The name in addresses, which is chosen once. */
  readonly slug?: { readonly value: string; readonly onChange: (slug: string) => void }
}

export const TemplateFields = ({ form: { values, set }, slug }: TemplateFieldsProps) => (
  <>
    <TextInput
      label={texts.name}
      required
      value={values.name}
      onChange={(event) => set({ name: event.currentTarget.value })}
    />
    {slug && (
      <TextInput
        label={texts.slug}
        description={texts.slugHint}
        required
        pattern="[a-z0-9]+([_\-][a-z0-9]+)*"
        value={slug.value}
        onChange={(event) => slug.onChange(event.currentTarget.value)}
      />
    )}
    <TextInput
      label={texts.short}
      maxLength={300}
      value={values.short}
      onChange={(event) => set({ short: event.currentTarget.value })}
    />
    <Textarea
      label={texts.long}
      autosize
      minRows={2}
      value={values.long}
      onChange={(event) => set({ long: event.currentTarget.value })}
    />
    <Textarea
      label={texts.definition}
      required
      autosize
      minRows={8}
      maxRows={24}
      spellCheck={false}
      classNames={{ input: 'code-input' }}
      value={values.definition}
      onChange={(event) => set({ definition: event.currentTarget.value })}
    />
  </>
)
