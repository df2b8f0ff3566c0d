package referral

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
)

// PtGuid is the patient's guid: it stands for one patient identifier of one account, has the shape of the
// documents' example, and nothing can be told from it without the secret. What the documents say in words, Base64
// of the key and the identifier, would hand out the key with every guid (docs/deviations.md).
func PtGuid(secret []byte, account, identifier string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("ptguid.v1\x00" + account + "\x00" + identifier))
	return base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString(mac.Sum(nil)[:10])))
}

// ptguid is the guid of a patient of the caller's; "" for no identifier.
func (d *Desk) ptguid(caller *Caller, identifier string) (string, error) {
	if identifier == "" {
		return "", nil
	}
	sealer, err := d.sealer()
	if err != nil {
		return "", err
	}
	return PtGuid(sealer.Key("ptguid"), strconv.FormatInt(caller.Account.Practice, 10), identifier), nil
}
