// Package values has types for members of inputs.
package values

import "github.com/oapi-codegen/nullable"

// Text is left out, null or a text.
type Text = nullable.Nullable[string]
