import type { TemplateFile, TemplateParameter } from '#entities/marketplace/template-parameter.js'
import type { TemplateParameterInput } from '#schema/marketplace/template-parameter.type.js'

export type Json = Record<string, unknown>

/** The content of a file that is too large to be read. No file of a template can contain this character. */
export const TOO_LARGE = '\0'

/** One app of a store: its name, and its files by their paths. */
export interface StoreApp {
  readonly name: string
  readonly files: ReadonlyMap<string, string>
}

/** An app as its store describes it, before it is checked. */
export interface StoreContent {
  readonly title: string
  readonly shortDescription: string | null
  readonly tags: readonly string[]
  readonly links: readonly { readonly label: string; readonly url: string }[]
  /** The compose file, which is changed. */
  readonly definition: Json
  readonly parameters: TemplateParameterInput[]
  readonly files: TemplateFile[]
  /** Parts of the app that no template can say, each as a place. Default: none. */
  readonly leftOut?: readonly string[]
}

/** A template that can be created, as the input of `createTemplate`. */
export interface ImportedDraft {
  readonly slug: string
  readonly name: string
  readonly shortDescription: string | null
  readonly tags: readonly string[]
  readonly links: StoreContent['links']
  readonly definition: Json
  readonly parameters: readonly TemplateParameter[]
  readonly files: readonly TemplateFile[]
}

export type ImportedTemplate =
  | {
      readonly kind: 'draft'
      readonly app: string
      readonly draft: ImportedDraft
      /** Parts of the app that the draft does not have, each as a place. */
      readonly leftOut: readonly string[]
    }
  | { readonly kind: 'refused'; readonly app: string; readonly reason: string }

/** Why an app cannot be imported, in one sentence. */
export class NotImportable extends Error {}

/** Reads the apps of a folder of a store. */
export interface Store {
  /** Apps among files by their paths in the folder. */
  readonly apps: (files: ReadonlyMap<string, string>) => StoreApp[]
  /** Throws `NotImportable`. */
  readonly read: (app: StoreApp) => StoreContent
}
