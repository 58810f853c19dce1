/** A file that is added to an application. */
export interface AddedFile {
  /** Path in the folder of the application. */
  readonly path: string
  readonly text: string
}

/** Files for an application, and the lines that a person writes. */
export interface AddedFiles {
  /** Begins a comment. */
  readonly comment: string
  readonly files: readonly AddedFile[]
  /** File of the settings. */
  readonly env: string
  /** Command that installs the client. */
  readonly install: string
  /** Lines of the application that use the files. */
  readonly lines: readonly string[]
  /** Command that runs the test. */
  readonly test: string
}

/** Feature of the examples. */
export interface Feature {
  readonly code: string
}
