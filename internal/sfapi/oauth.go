package sfapi

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"github.com/bridgework-dental/bridgework/internal/fault"
	"github.com/bridgework-dental/bridgework/internal/intake"
	"github.com/bridgework-dental/bridgework/internal/proxy"
)

// oauthError is how the token endpoint refuses: an object, not the platform's list (RFC 6749 §5.2).
type oauthError struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

const maxForm = 64 << 10

// token gives a token for a client's id and secret.
func (c *call) token(ctx context.Context) error {
	if err := c.allow(http.MethodPost); err != nil {
		return err
	}
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, maxForm)
	if err := c.r.ParseForm(); err != nil {
		writeJSON(c.w, http.StatusBadRequest, oauthError{"invalid_request", "the body must be form-encoded"})
		return nil
	}
	id, secret, basic := c.r.BasicAuth()
	if !basic {
		id, secret = c.r.PostForm.Get("client_id"), c.r.PostForm.Get("client_secret")
	}
	switch grant := c.r.PostForm.Get("grant_type"); {
	case grant == "":
		writeJSON(c.w, http.StatusBadRequest, oauthError{"invalid_request", "grant_type is required: client_credentials"})
		return nil
	case grant != "client_credentials":
		writeJSON(c.w, http.StatusBadRequest, oauthError{"unsupported_grant_type", "grant type not supported; use client_credentials"})
		return nil
	case id == "" || secret == "":
		writeJSON(c.w, http.StatusBadRequest, oauthError{"invalid_request", "client_id and client_secret are required"})
		return nil
	}
	token, issued, client, err := c.desk.Grant(ctx, id, secret)
	if fault.Is(err, fault.Unauthenticated) {
		writeJSON(c.w, http.StatusUnauthorized, oauthError{"invalid_client", "invalid client credentials"})
		return nil
	}
	if err != nil {
		return err
	}
	base := c.base()
	who := base + "/id/" + intake.OrganisationID(client.Practice).Full() + "/" + intake.UserID(client.Num).Full()
	at := strconv.FormatInt(issued.UnixMilli(), 10)
	signature := hmac.New(sha256.New, []byte(secret))
	signature.Write([]byte(who + at))
	writeJSON(c.w, http.StatusOK, map[string]string{
		"access_token": token, "instance_url": base, "id": who, "token_type": "Bearer", "issued_at": at, "scope": "api",
		"signature": base64.StdEncoding.EncodeToString(signature.Sum(nil)),
	})
	return nil
}

// base is the address that a client is told to use: the configured one, or the one by which it came.
func (c *call) base() string {
	if c.options.BaseURL != "" {
		return c.options.BaseURL
	}
	if proxy.IsHTTPS(c.r) {
		return "https://" + c.r.Host
	}
	return "http://" + c.r.Host
}

// revoke ends a token (RFC 7009). One that is not there is ended already.
func (c *call) revoke(ctx context.Context) error {
	if err := c.allow(http.MethodPost); err != nil {
		return err
	}
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, maxForm)
	token := strings.TrimSpace(c.r.FormValue("token"))
	if token == "" {
		writeJSON(c.w, http.StatusBadRequest, oauthError{"invalid_request", "token is required"})
		return nil
	}
	if err := c.desk.Revoke(ctx, token); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusOK)
	return nil
}
