package od

import (
	"github.com/bridgework-dental/bridgework/internal/dental"
	"github.com/bridgework-dental/bridgework/internal/resource"
)

// Mount holds several images in their places, such as a full-mouth series.
type Mount struct {
	// MountNum is the key.
	MountNum dental.MountNum `od:"key"`
	// PatNum is the patient.
	PatNum dental.PatNum `od:"server fk=patient"`
	// DocCategory is a definition of category 18.
	DocCategory dental.DefNum `od:"server fk=definition def=18"`
	// DateCreated is when the mount was made.
	DateCreated dental.DateTime `od:"server"`
	// Description is what the office sees.
	Description string `od:"server max=255"`
	// Note is the office's own.
	Note string `od:"server"`
	// Width is that of the whole in pixels.
	Width int `od:"server"`
	// Height is that of the whole in pixels.
	Height int `od:"server"`
	// ColorBack is the background, a signed ARGB number; 0 is black.
	ColorBack int32 `od:"server"`
	// ProvNum is the provider; 0 is none.
	ProvNum dental.ProvNum `od:"server fk=provider"`
}

// Mounts are served along with the documents (seed 002, Documents GET).
var Mounts = &Rows[Mount]{Table: resource.Derive[Mount](resource.Spec{
	Name: "Mounts", Path: "mounts", Thing: "Mount", Table: "mount",
}, nil)}

// MountItem is a place in a mount.
type MountItem struct {
	// MountItemNum is the key.
	MountItemNum dental.MountItemNum `od:"key"`
	// MountNum is the mount.
	MountNum dental.MountNum `od:"server"`
	// Xpos is the left edge in pixels.
	Xpos int `od:"server"`
	// Ypos is the upper edge in pixels.
	Ypos int `od:"server"`
	// ItemOrder counts from 1; 0 is a place for text, and -1 one that is not in the mount.
	ItemOrder int `od:"server"`
	// Width is that of the place in pixels.
	Width int `od:"server"`
	// Height is that of the place in pixels.
	Height int `od:"server"`
}

// MountItems are the places of mounts.
var MountItems = &Rows[MountItem]{Table: resource.Derive[MountItem](resource.Spec{
	Name: "MountItems", Path: "mountitems", Thing: "MountItem", Table: "mountitem",
}, nil)}
