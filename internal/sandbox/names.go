package sandbox

import "github.com/bridgework-dental/bridgework/internal/dental"

// Surnames are made of a beginning and an end, and sound like nobody's. "smi" and "zzz" must not
// come up in any: the documents' examples search for them.
var (
	surnameBeginnings = []string{
		"Molar", "Floss", "Bridge", "Crown", "Brush", "Canin", "Pearl", "Mint", "Rinse", "Cusp",
		"Dentin", "Enamel", "Gum", "Root", "Ivory", "Wisdom", "Inlay", "Paste", "Spoon", "Teacup",
		"Lantern", "Pillow", "Button", "Ladder", "Candle", "Basket", "Napkin", "Pebble", "Marble", "Doorbell",
		"Bucket", "Pepper", "Biscuit", "Carpet", "Window", "Garden", "Umbrella", "Feather", "Whistle", "Blanket",
	}
	surnameEnds = []string{
		"son", "bury", "ham", "ton", "ley", "wick", "field", "worth", "well", "by",
		"stead", "ridge", "croft", "dale", "more", "shaw", "gate", "brook", "holt", "comb",
	}
)

func (d dice) surname() string { return oneOf(d, surnameBeginnings) + oneOf(d, surnameEnds) }

var femaleNames = []string{
	"Abigail", "Ada", "Alice", "Amara", "Amy", "Angela", "Anna", "Beatrice", "Bella", "Bianca",
	"Carla", "Carmen", "Clara", "Daisy", "Dana", "Diana", "Dora", "Elena", "Eleanor", "Ella",
	"Emily", "Esther", "Eva", "Fiona", "Flora", "Gloria", "Grace", "Hannah", "Hazel", "Helen",
	"Irene", "Iris", "Ivy", "Jasmine", "Joan", "Julia", "June", "Karen", "Laura", "Leah",
	"Lena", "Lily", "Linda", "Lucy", "Lydia", "Maria", "Martha", "Maya", "Mei", "Mila",
	"Nadia", "Naomi", "Nina", "Nora", "Olga", "Olive", "Paula", "Priya", "Rachel", "Rita",
	"Rosa", "Ruby", "Ruth", "Sara", "Sofia", "Stella", "Susan", "Tessa", "Vera", "Zoe",
}

var maleNames = []string{
	"Aaron", "Adam", "Albert", "Alex", "Andrew", "Anton", "Arthur", "Ben", "Brandon", "Bruno",
	"Caleb", "Carlos", "Charles", "Daniel", "David", "Dennis", "Diego", "Edgar", "Edward", "Eli",
	"Emil", "Eric", "Felix", "Francis", "Frank", "Gabriel", "George", "Harold", "Henry", "Hugo",
	"Ian", "Isaac", "Ivan", "Jack", "Jacob", "James", "Jonas", "Joseph", "Juan", "Karl",
	"Kenji", "Kevin", "Leo", "Louis", "Lucas", "Marco", "Mark", "Martin", "Max", "Nathan",
	"Noah", "Oliver", "Oscar", "Owen", "Paul", "Peter", "Philip", "Ravi", "Robert", "Roman",
	"Samuel", "Simon", "Stefan", "Theo", "Thomas", "Victor", "Walter", "William", "Xavier", "Yusuf",
}

// nicknames are what some of the people above are called.
var nicknames = map[string]string{
	"Abigail": "Abby", "Alex": "Lex", "Andrew": "Andy", "Angela": "Angie", "Charles": "Charlie",
	"Daniel": "Danny", "Eleanor": "Nell", "Edward": "Ted", "Gabriel": "Gabe", "Henry": "Hank", "Jacob": "Jake",
	"James": "Jim", "Joseph": "Joe", "Martha": "Marty", "Nathan": "Nate", "Oliver": "Ollie", "Philip": "Phil",
	"Rachel": "Rae", "Robert": "Bob", "Samuel": "Sam", "Susan": "Sue", "Thomas": "Tom", "Walter": "Walt",
	"William": "Bill", "Victor": "Vic",
}

// firstName draws from the women's list, the men's, or either.
func (d dice) firstName(gender dental.Gender) string {
	if gender == dental.GenderFemale || gender != dental.GenderMale && d.chance(50) {
		return oneOf(d, femaleNames)
	}
	return oneOf(d, maleNames)
}

const initials = "ABCDEFGHJKLMNOPRSTVW"

func (d dice) initial() string { return string(initials[d.IntN(len(initials))]) }
