// Package openapicheck_test loads the OpenAPI document with libopenapi. It is a
// module of its own, so that no embedder gets what that needs.
package openapicheck_test

import (
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter"
)

// The document is what the specification of OpenAPI 3.1 asks for, and every
// reference in it leads somewhere.
func TestLibopenapiLoadsTheDocument(t *testing.T) {
	for _, opts := range []*httpadapter.Options{nil, {DocumentedOnly: true}} {
		document, err := libopenapi.NewDocument(httpadapter.OpenAPI("/api/v1", opts))
		require.NoError(t, err)
		model, err := document.BuildV3Model()
		require.NoError(t, err)
		require.Empty(t, model.Index.GetReferenceIndexErrors())
		require.Empty(t, model.Index.GetOperationParametersIndexErrors())
		v, errs := validator.NewValidator(document)
		require.Empty(t, errs)
		valid, faults := v.ValidateDocument()
		require.True(t, valid, "%v", faults)
	}
}
