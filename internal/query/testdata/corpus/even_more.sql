### calculated found rows
SELECT SQL_CALC_FOUND_ROWS PatNum FROM patient WHERE PatNum<50 ORDER BY PatNum LIMIT 3
### rows of values in a sub-query
SELECT PatNum FROM patient WHERE (LName,FName) IN (SELECT LName,FName FROM patient WHERE PatNum<4) ORDER BY PatNum
### tables in parentheses
SELECT COUNT(*) FROM (patient p, provider pr) LEFT JOIN clinic c ON c.ClinicNum=p.ClinicNum WHERE p.PatNum<5
### formats by name
SELECT DATE_FORMAT('2021-03-04',GET_FORMAT(DATE,'USA')), DATE_FORMAT('2021-03-04',GET_FORMAT(DATE,'EUR'))
### conversions of every kind
SELECT CONVERT('12.345',DECIMAL(10,2)), CONVERT('77',UNSIGNED), CAST(5 AS UNSIGNED INTEGER), CAST('1.5' AS DOUBLE), CONVERT('abc' USING utf8), CAST('2021-03-04 10:11:12' AS TIME), CAST(NULL AS SIGNED), CONVERT('2021-03-04',DATETIME)
### a temporary table in parentheses with an index
CREATE TEMPORARY TABLE IF NOT EXISTS p1 (INDEX(PatNum)) SELECT PatNum, COUNT(*) AS n FROM procedurelog GROUP BY PatNum; SELECT SUM(n), COUNT(*) FROM p1
### a temporary table of an engine
CREATE TEMPORARY TABLE p2 ENGINE=MEMORY AS (SELECT PatNum FROM patient WHERE PatNum<5); INSERT INTO p2 (SELECT 100); SELECT * FROM p2 ORDER BY PatNum
### several tables dropped at once
DROP TABLE IF EXISTS q1, q2; CREATE TEMPORARY TABLE q1 SELECT 1 AS a; CREATE TEMPORARY TABLE q2 SELECT a+1 AS a FROM q1; SELECT q1.a, q2.a AS b FROM q1, q2; DROP TABLE q1, q2
### assignments in assignments
SET @a := 1; SET @b = @a + 1; SET @c = CONCAT(@a,@b); SELECT @a, @b, @c
### an if that counts
SET @i=0, @prev=''; CREATE TEMPORARY TABLE s1 SELECT PatNum, LName FROM patient WHERE PatNum<30 ORDER BY PatNum; SELECT PatNum, IF(@prev=Gender2,@i:=@i+1,@i:=1) AS k FROM (SELECT PatNum, 1 AS Gender2 FROM s1) x ORDER BY PatNum LIMIT 3
### binary comparison
SELECT COUNT(*) FROM patient WHERE BINARY LName=LOWER(LName) OR LName LIKE BINARY 's%'
### count distinct of a case
SELECT COUNT(DISTINCT CASE WHEN ProcStatus=2 THEN PatNum END) AS seen, COUNT(DISTINCT IF(ProcStatus=1,PatNum,NULL)) AS tp FROM procedurelog
### timestamps of two
SELECT TIMESTAMP('2021-01-01','10:00:00'), TIMESTAMP('2021-01-01 10:00:00'), DATE_ADD('2021-01-31',INTERVAL '1' MONTH), CURDATE()+0, CURDATE()-1
### distinct rows
SELECT DISTINCTROW ClinicNum FROM patient ORDER BY 1
### coalesce with zero decimals
SELECT COALESCE(SUM(NULLIF(EstBalance,EstBalance)),0.00) AS z, IFNULL(SUM(EstBalance),0.0)>0, IFNULL(MAX(NULL),'none') FROM patient
### order by an aggregate and a place
SELECT ClinicNum, COUNT(*) FROM patient GROUP BY ClinicNum ORDER BY COUNT(*) DESC, 1 ASC
### a condition on a date part
SELECT COUNT(*) FROM patient WHERE MONTH(Birthdate)=6 AND DAYOFMONTH(Birthdate) BETWEEN 1 AND 15 AND YEAR(Birthdate)!=1
### dates by their texts
SELECT COUNT(*) FROM procedurelog WHERE ProcDate LIKE '2021-%' OR LEFT(ProcDate,4)='2022' OR SUBSTRING(ProcDate,6,2)='07'
### date concatenated
SELECT CONCAT('Due: ',DateDue), CONCAT(DATE_FORMAT(DateDue,'%b'),' ',DAY(DateDue)) FROM recall ORDER BY RecallNum LIMIT 10
### datetimes cut to dates in joins
SELECT COUNT(*) FROM appointment a INNER JOIN procedurelog pl ON pl.PatNum=a.PatNum AND pl.ProcDate=DATE(a.AptDateTime)
### datetimes joined with dates
SELECT COUNT(*) FROM appointment a INNER JOIN procedurelog pl ON pl.PatNum=a.PatNum AND a.AptDateTime>=pl.ProcDate AND a.AptDateTime<pl.ProcDate+INTERVAL 60 DAY
### in lists of dates and moments
SELECT COUNT(*) FROM procedurelog WHERE ProcDate IN (CURDATE(), '2021-05-04', DATE('2022-01-05 10:00:00'), '2020-02-03 00:00:00')
### nested case in aggregates with else null
SELECT ClinicNum, AVG(CASE WHEN EstBalance>0 THEN EstBalance END) AS a, MAX(CASE Gender WHEN 0 THEN LName ELSE NULL END) AS m FROM patient GROUP BY ClinicNum ORDER BY ClinicNum
### an integer division of a sum
SELECT SUM(PatNum) DIV COUNT(*), FLOOR(AVG(PatNum)), CEIL(SUM(EstBalance)/COUNT(*)), ROUND(AVG(PatNum)), ROUND(AVG(EstBalance),0) FROM patient
### percent of a sub-query with zero
SELECT ROUND(100*SUM(Gender=9)/NULLIF(SUM(Gender=8),0),2) AS p, IFNULL(ROUND(100*SUM(Gender=9)/SUM(Gender=8),2),0) AS q FROM patient
### a table of constants joined
SELECT d.n, COUNT(p.PatNum) FROM (SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3) d LEFT JOIN patient p ON p.Gender=d.n GROUP BY d.n ORDER BY d.n
### having with several conditions and aliases
SELECT PatNum, COUNT(*) AS n, SUM(ProcFee) AS f, MAX(ProcDate) AS last FROM procedurelog GROUP BY PatNum HAVING (n>3 OR f>2000) AND last>='2018-01-01' ORDER BY f DESC, PatNum LIMIT 25
### where on an expression that is selected again
SELECT PatNum, EstBalance*0.1 AS tenth FROM patient WHERE EstBalance*0.1>15 ORDER BY tenth DESC, PatNum LIMIT 5
### text functions in group by and order by
SELECT LENGTH(LName) AS len, COUNT(*), MIN(LName), MAX(LName) FROM patient GROUP BY LENGTH(LName) ORDER BY LENGTH(LName)
### sub-select with limit in from
SELECT AVG(x.ProcFee), COUNT(*) FROM (SELECT ProcFee FROM procedurelog ORDER BY ProcFee DESC, ProcNum LIMIT 10) x
### union all of the same with a sum over it
SELECT SUM(n) FROM (SELECT COUNT(*) AS n FROM patient UNION ALL SELECT COUNT(*) FROM referral UNION ALL SELECT COUNT(*) FROM refattach) t
### a group over two joins of the same table
SELECT a.Abbr AS pri, b.Abbr AS sec, COUNT(*) FROM patient p LEFT JOIN provider a ON a.ProvNum=p.PriProv LEFT JOIN provider b ON b.ProvNum=p.SecProv GROUP BY a.Abbr, b.Abbr ORDER BY COUNT(*) DESC, pri, sec
### text with like and escapes in columns
SELECT COUNT(*), SUM(Note LIKE '%\%%'), SUM(Note LIKE '%\_%'), SUM(Note LIKE "%'%"), SUM(Note LIKE '') FROM commlog
### a time column against texts
SELECT COUNT(*), SUM(StartTime='08:00:00'), SUM(StartTime>='8:00'), SUM(StopTime BETWEEN '12:00' AND '17:00:00'), MIN(StartTime)<MAX(StopTime) FROM schedule
### a float column
SELECT COUNT(*), MAX(PercentFilled) IS NULL FROM (SELECT EstBalance AS PercentFilled FROM patient LIMIT 3) x
### bits of booleans
SELECT SUM(IsDoctor), SUM(NotPerson), SUM(IsDoctor AND NOT IsHidden), SUM(!IsHidden), COUNT(IF(IsPreferred,1,NULL)) FROM referral
