package sandbox

import (
	"fmt"

	"github.com/bridgework-dental/bridgework/internal/dental"
)

// town is a town of the practice's region and the clinic that is nearest.
type town struct {
	city, state, zip, areaCode string
	clinic                     dental.ClinicNum
}

var towns = []town{
	{"Salem", "OR", "97301", "503", 1},
	{"Salem", "OR", "97302", "503", 1},
	{"Salem", "OR", "97304", "971", 1},
	{"Keizer", "OR", "97303", "503", 1},
	{"Silverton", "OR", "97381", "503", 1},
	{"Dallas", "OR", "97338", "503", 1},
	{"Monmouth", "OR", "97361", "503", 1},
	{"Albany", "OR", "97321", "541", 1},
	{"Corvallis", "OR", "97330", "541", 1},
	{"Portland", "OR", "97202", "503", 2},
	{"Portland", "OR", "97206", "971", 2},
	{"Gresham", "OR", "97030", "503", 2},
	{"Beaverton", "OR", "97005", "503", 2},
	{"Hillsboro", "OR", "97123", "503", 2},
	{"Oregon City", "OR", "97045", "503", 2},
	{"Vancouver", "WA", "98660", "360", 3},
	{"Vancouver", "WA", "98683", "360", 3},
	{"Camas", "WA", "98607", "360", 3},
	{"Longview", "WA", "98632", "360", 3},
	{"Kelso", "WA", "98626", "360", 3},
}

var streets = []string{
	"Acorn St", "Alder Ct", "Bluebird Ln", "Bramble Way", "Cedar Hollow Rd", "Cherry Orchard Dr", "Clover St",
	"Copper Kettle Ln", "Dogwood Ave", "Driftwood Dr", "Fern Hill Rd", "Ferry Landing St", "Filbert Ave",
	"Foxglove Ct", "Gull Feather Ln", "Harvest Moon Rd", "Heron Pond Way", "Hopyard Rd", "Juniper St",
	"Lantern Hill Rd", "Larkspur Ave", "Lichen Ln", "Mill Wheel Rd", "Mossback Dr", "Nightjar Ct", "Old Quarry Rd",
	"Orchard View Ave", "Otter Slide Ln", "Paper Mill Rd", "Pinecone St", "Plum Tree Ct", "Quail Run", "Raincloud Ave",
	"River Bend Rd", "Salmonberry Way", "Sorrel St", "Sparrow Ct", "Strawberry Field Rd", "Thistle Ln", "Tidewater Ave",
	"Trillium St", "Umbrella Ct", "Vineyard Row", "Wagon Trail Rd", "Waterwheel St", "Willow Bank Dr", "Windfall Ave",
	"Woodpecker Way",
}

func (d dice) street() string { return fmt.Sprintf("%d %s", d.between(100, 9899), oneOf(d, streets)) }
