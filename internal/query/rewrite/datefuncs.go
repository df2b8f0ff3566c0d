package rewrite

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"

	"github.com/bridgework-dental/bridgework/internal/fault"
)

func dateDefinitions() map[string]definition {
	part := func(sql string) definition { return define(1, 1, simple(sql, "m", intType)) }
	now := func(m Moment, t Type) definition {
		return define(0, 1, func(e *emitter, v []value) (value, error) {
			places, err := placesOf(v)
			if err != nil || places == 0 {
				return e.moment(m, t), err
			}
			// The clock of a command stands still; its decimals are zeros.
			t.Scale = places
			return of(t, true, "(%s||'.%s')", e.moment(m, t).sql, strings.Repeat("0", places)), nil
		})
	}
	week := func(sql string, fallback string) definition {
		return define(1, 2, func(_ *emitter, v []value) (value, error) {
			mode := fallback
			if len(v) > 1 {
				mode = v[1].integer()
			}
			return of(intType, allFixed(v), "%s(%s,%s)", sql, v[0].moment(), mode), nil
		})
	}
	date, dateTime, clock := Type{Kind: Date}, Type{Kind: DateTime}, Type{Kind: Time}
	day := define(1, 1, func(_ *emitter, v []value) (value, error) { return of(date, v[0].fixed, "%s", v[0].date()), nil })
	added := func(sign int) definition {
		return define(2, 2, func(_ *emitter, v []value) (value, error) {
			places := max(secondPlaces(v[0]), secondPlaces(v[1]))
			switch v[0].t.Kind {
			case DateTime, Date:
				return of(Type{Kind: DateTime, Scale: places}, allFixed(v), "my_addtime(%s,%s,%d,%d)", v[0].dateTime(v[0].t.Scale), v[1].moment(), sign, places), nil
			case Time:
				return of(Type{Kind: Time, Scale: places}, allFixed(v), "my_addtime(%s,%s,%d,%d)", v[0].sql, v[1].moment(), sign, places), nil
			}
			return of(textType, allFixed(v), "my_addtime(%s,%s,%d,-1)", v[0].text(), v[1].moment(), sign), nil
		})
	}
	return map[string]definition{
		"now": now(Now, dateTime), "current_timestamp": now(Now, dateTime), "localtime": now(Now, dateTime), "localtimestamp": now(Now, dateTime), "sysdate": now(Now, dateTime),
		"curdate": now(Today, date), "current_date": now(Today, date), "curtime": now(TimeOfDay, clock), "current_time": now(TimeOfDay, clock),
		"utc_timestamp": now(UTCNow, dateTime), "utc_date": now(UTCToday, date), "utc_time": now(UTCTimeOfDay, clock),
		"date": day, "to_date": day,
		"time": define(1, 1, func(_ *emitter, v []value) (value, error) {
			places := secondPlaces(v[0])
			return of(Type{Kind: Time, Scale: places}, v[0].fixed, "%s", v[0].time(places)), nil
		}),
		"timestamp": define(1, 2, func(_ *emitter, v []value) (value, error) {
			places := secondPlaces(v[0])
			if len(v) == 1 {
				return of(Type{Kind: DateTime, Scale: places}, v[0].fixed, "%s", v[0].dateTime(places)), nil
			}
			places = max(places, secondPlaces(v[1]))
			return of(Type{Kind: DateTime, Scale: places}, allFixed(v), "my_addtime(%s,%s,1,%d)", v[0].dateTime(places), v[1].moment(), places), nil
		}),
		"year": part("my_year"), "month": part("my_month"), "day": part("my_day"), "dayofmonth": part("my_day"), "quarter": part("my_quarter"),
		"dayofweek": part("my_dayofweek"), "weekday": part("my_weekday"), "dayofyear": part("my_dayofyear"), "to_days": part("my_todays"), "to_seconds": part("my_toseconds"),
		"hour": part("my_hour"), "minute": part("my_minute"), "second": part("my_second"), "microsecond": part("my_microsecond"),
		"week": week("my_week", "0"), "yearweek": week("my_yearweek", "0"), "time_to_sec": part("my_timetosec"),
		"weekofyear": define(1, 1, func(_ *emitter, v []value) (value, error) {
			return of(intType, v[0].fixed, "my_week(%s,3)", v[0].moment()), nil
		}),
		"dayname":   define(1, 1, simple("my_dayname", "m", Type{Kind: Text, Plain: true})),
		"monthname": define(1, 1, simple("my_monthname", "m", Type{Kind: Text, Plain: true})),
		"date_format": define(2, 3, func(_ *emitter, v []value) (value, error) {
			return of(textType, allFixed(v[:2]), "my_dateformat(%s,%s)", v[0].moment(), v[1].text()), nil
		}),
		"time_format": define(2, 2, simple("my_timeformat", "ms", textType)),
		"datediff":    define(2, 2, simple("my_datediff", "m", intType)),
		"addtime":     added(1), "subtime": added(-1),
		"timediff": define(2, 2, func(_ *emitter, v []value) (value, error) {
			places := max(secondPlaces(v[0]), secondPlaces(v[1]))
			return of(Type{Kind: Time, Scale: places}, allFixed(v), "my_timediff(%s,%s,%d)", v[0].moment(), v[1].moment(), places), nil
		}),
		"last_day": define(1, 1, simple("my_lastday", "m", date)), "makedate": define(2, 2, simple("my_makedate", "i", date)),
		"maketime": define(3, 3, func(_ *emitter, v []value) (value, error) {
			places := secondPlaces(v[2])
			return of(Type{Kind: Time, Scale: places}, allFixed(v), "my_maketime(%s,%s,%s,%d)", v[0].integer(), v[1].integer(), v[2].num(), places), nil
		}),
		"from_days": define(1, 1, simple("my_fromdays", "i", date)),
		"sec_to_time": define(1, 1, func(_ *emitter, v []value) (value, error) {
			places := secondPlaces(v[0])
			return of(Type{Kind: Time, Scale: places}, v[0].fixed, "my_sectotime(%s,%d)", v[0].num(), places), nil
		}),
		"unix_timestamp": define(0, 1, func(e *emitter, v []value) (value, error) {
			if len(v) == 0 {
				return e.moment(UnixNow, intType), nil
			}
			return of(intType, v[0].fixed, "my_unixtime(%s)", v[0].moment()), nil
		}),
		"from_unixtime": define(1, 2, func(_ *emitter, v []value) (value, error) {
			places := secondPlaces(v[0])
			at := of(Type{Kind: DateTime, Scale: places}, v[0].fixed, "my_fromunixtime(%s,%d)", v[0].num(), places)
			if len(v) == 1 {
				return at, nil
			}
			return of(textType, allFixed(v), "my_dateformat(%s,%s)", at.sql, v[1].text()), nil
		}),
		"convert_tz":  define(3, 3, simple("my_converttz", "mss", dateTime)),
		"period_add":  define(2, 2, simple("my_periodadd", "i", intType)),
		"period_diff": define(2, 2, simple("my_perioddiff", "i", intType)),
		"str_to_date": define(2, 2, strToDate),
	}
}

// secondPlaces are the decimals of a second that a value brings into a time.
func secondPlaces(v value) int {
	switch v.t.Kind {
	case DateTime, Time:
		return v.t.Scale
	case Decimal, Double:
		return min(v.t.Scale, 6)
	case Text:
		if v.written {
			_, decimals, _ := strings.Cut(v.literal, ".")
			return min(len(decimals), 6)
		}
		return 6
	}
	return 0
}

func placesOf(v []value) (int, error) {
	if len(v) == 0 {
		return 0, nil
	}
	if !v[0].written || len(v[0].literal) != 1 || v[0].literal[0] > '6' || v[0].literal[0] < '0' {
		return 0, fault.New(fault.Invalid, "The decimals of a second are a number from 0 to 6")
	}
	return int(v[0].literal[0] - '0'), nil
}

// strToDate has the type that the format's words say.
func strToDate(_ *emitter, v []value) (value, error) {
	if !v[1].written {
		return of(Type{Kind: DateTime, Scale: 6}, allFixed(v), "my_strtodate(%s,%s,'datetimeus')", v[0].text(), v[1].text()), nil
	}
	format := v[1].literal
	dated := strings.Contains(format, "%") && containsWord(format, "YymcMbdeDjUuVvXxWwa")
	timed := containsWord(format, "HkhIlisSfprT")
	places, micros := 0, ""
	if containsWord(format, "f") {
		places, micros = 6, "us"
	}
	switch {
	case dated && timed:
		return of(Type{Kind: DateTime, Scale: places}, allFixed(v), "my_strtodate(%s,%s,'datetime%s')", v[0].text(), v[1].text(), micros), nil
	case timed:
		return of(Type{Kind: Time, Scale: places}, allFixed(v), "my_strtodate(%s,%s,'time%s')", v[0].text(), v[1].text(), micros), nil
	}
	return of(Type{Kind: Date}, allFixed(v), "my_strtodate(%s,%s,'date')", v[0].text(), v[1].text()), nil
}

func containsWord(format, words string) bool {
	for i := 0; i+1 < len(format); i++ {
		if format[i] == '%' {
			i++
			if strings.IndexByte(words, format[i]) >= 0 {
				return true
			}
		}
	}
	return false
}

// timedUnit tells whether an interval of the unit gives a date a time.
func timedUnit(unit string) bool {
	return strings.Contains(unit, "HOUR") || strings.Contains(unit, "MINUTE") || strings.Contains(unit, "SECOND")
}

// interval is DATE_ADD and DATE_SUB in all their spellings.
func interval(sign int) specialCall {
	return func(e *emitter, s *scope, n *ast.FuncCallExpr) (value, error) {
		unit := "DAY"
		if len(n.Args) == 3 {
			u, ok := n.Args[2].(*ast.TimeUnitExpr)
			if !ok {
				return value{}, unknown("This form of %s", n.FnName.O)
			}
			unit = u.Unit.String()
		}
		v, err := e.exprs(s, n.Args[:2])
		if err != nil {
			return value{}, err
		}
		length := v[1].sql
		places := 0
		switch {
		case strings.Contains(unit, "_"):
			length = v[1].text()
			if strings.HasSuffix(unit, "MICROSECOND") {
				places = 6
			}
		case unit == "SECOND":
			if !v[1].t.texty() {
				length = v[1].num()
			}
			if v[1].t.decimals() > 0 {
				places = 6
			}
		case unit == "MICROSECOND":
			places, length = 6, v[1].integer()
		default:
			length = v[1].integer()
		}
		t := Type{Kind: Text, Moment: true}
		switch v[0].t.Kind {
		case Date:
			t = Type{Kind: Date}
			if timedUnit(unit) {
				t = Type{Kind: DateTime, Scale: places}
			}
		case DateTime:
			t = Type{Kind: DateTime, Scale: max(v[0].t.Scale, places)}
		case Time:
			t = Type{Kind: Time, Scale: max(v[0].t.Scale, places)}
		}
		sql := of(t, allFixed(v), "my_dateadd(%s,%s,'%s',%d)", v[0].moment(), length, unit, sign)
		if t.Kind == DateTime && t.Scale > 0 {
			sql.sql = "my_datetime(" + sql.sql + "," + number(int64(t.Scale)).sql + ")"
		}
		return sql, nil
	}
}

func unitCall(sql string, least int) specialCall {
	return func(e *emitter, s *scope, n *ast.FuncCallExpr) (value, error) {
		u, ok := n.Args[0].(*ast.TimeUnitExpr)
		if !ok || len(n.Args) != least {
			return value{}, unknown("This form of %s", n.FnName.O)
		}
		v, err := e.exprs(s, n.Args[1:])
		if err != nil {
			return value{}, err
		}
		return of(intType, allFixed(v), "%s('%s',%s)", sql, u.Unit.String(), joinSQL(v, value.moment)), nil
	}
}

func timestampAdd(e *emitter, s *scope, n *ast.FuncCallExpr) (value, error) {
	if len(n.Args) != 3 {
		return value{}, unknown("This form of TIMESTAMPADD")
	}
	turned := &ast.FuncCallExpr{FnName: n.FnName, Args: []ast.ExprNode{n.Args[2], n.Args[1], n.Args[0]}}
	return interval(1)(e, s, turned)
}

// dateLiteral is DATE '2021-11-30' and its kin.
func dateLiteral(t Type, sql string) specialCall {
	return func(e *emitter, s *scope, n *ast.FuncCallExpr) (value, error) {
		v, err := e.exprs(s, n.Args)
		if err != nil || len(v) != 1 {
			return value{}, err
		}
		return of(t, true, sql, v[0].text()), nil
	}
}

func getFormat(e *emitter, s *scope, n *ast.FuncCallExpr) (value, error) {
	which, ok := n.Args[0].(*ast.GetFormatSelectorExpr)
	place, fine := n.Args[1].(*driver.ValueExpr)
	if !ok || !fine {
		return value{}, unknown("This form of GET_FORMAT")
	}
	formats := map[string][3]string{
		"USA": {"%m.%d.%Y", "%h:%i:%s %p", "%Y-%m-%d %H.%i.%s"}, "JIS": {"%Y-%m-%d", "%H:%i:%s", "%Y-%m-%d %H:%i:%s"}, "ISO": {"%Y-%m-%d", "%H:%i:%s", "%Y-%m-%d %H:%i:%s"},
		"EUR": {"%d.%m.%Y", "%H.%i.%s", "%Y-%m-%d %H.%i.%s"}, "INTERNAL": {"%Y%m%d", "%H%i%s", "%Y%m%d%H%i%s"},
	}
	found, known := formats[strings.ToUpper(place.GetString())]
	if !known {
		return value{sql: "NULL", t: textType, fixed: true}, nil
	}
	at := map[string]int{"DATE": 0, "TIME": 1, "DATETIME": 2}[which.Selector.String()]
	return value{sql: quote(found[at]), t: textType, literal: found[at], written: true, fixed: true}, nil
}
