/** A preview without a denial: only a denial makes its fields null, except those with the names. */
export type AcceptedPreview<Preview, Nullable extends keyof Preview = never> = {
  readonly [Name in Exclude<keyof Preview, 'denial'>]: Name extends Nullable
    ? Preview[Name]
    : NonNullable<Preview[Name]>
}

/** The preview if it is not denied. */
export const acceptedPreview = <Preview extends { readonly denial: object | null }>(
  preview: Preview | null,
): AcceptedPreview<Preview> | null =>
  preview && !preview.denial ? (preview as unknown as AcceptedPreview<Preview>) : null
