### if exists in select with count and limit zero
SELECT PatNum FROM patient LIMIT 0
### minutes as a fraction of hours
SELECT PatNum, ROUND(PatNum/60,2) AS h, CONCAT(FLOOR(PatNum/60),':',LPAD(MOD(PatNum,60),2,'0')) AS hm FROM patient WHERE PatNum IN (59,60,61,125) ORDER BY PatNum
### money with commas and signs
SELECT PatNum, CONCAT('$',FORMAT(EstBalance,2)) AS b, FORMAT(EstBalance,0), FORMAT(-EstBalance*1000,2), CONCAT(ROUND(EstBalance/3,2),'') FROM patient WHERE PatNum<15 ORDER BY PatNum
### abs of a sum, sign, mod
SELECT ABS(SUM(BalTotal)), SIGN(SUM(BalTotal)), MOD(SUM(PatNum),7), SUM(PatNum) DIV 7, SUM(BalTotal)%7 FROM patient WHERE PatNum<50
### least and greatest of columns
SELECT PatNum, GREATEST(EstBalance,BalTotal,0) AS g, LEAST(EstBalance,BalTotal) AS l, GREATEST(LName,FName), LEAST(PatNum,10) FROM patient WHERE PatNum<20 ORDER BY PatNum
### strings compared with numbers in where
SELECT COUNT(*) FROM patient WHERE Zip > 97000 AND Zip < '99000'
### a number column against a list of texts
SELECT COUNT(*) FROM patient WHERE PatNum IN ('1','2','3abc','x')
### enumerations with bit tests
SELECT COUNT(*) FROM patient WHERE PatStatus & 1 OR Gender | 0
### order by a text that is a number
SELECT PatNum, Zip FROM patient WHERE PatNum<30 ORDER BY Zip+0, PatNum
### order by field
SELECT PatNum FROM patient WHERE PatNum<10 ORDER BY FIELD(PatNum,5,3,1) DESC, PatNum
### order by null
SELECT Gender, COUNT(*) FROM patient GROUP BY Gender ORDER BY NULL
### order by rand with a limit [count]
SELECT PatNum FROM patient ORDER BY RAND() LIMIT 3
### group by with a having of an aggregate that is not selected
SELECT LName FROM patient GROUP BY LName HAVING COUNT(*)>6 ORDER BY COUNT(*) DESC, LName
### distinct with an order by another column
SELECT DISTINCT LName FROM patient WHERE PatNum<60 ORDER BY LName DESC
### count of a sub-query with distinct
SELECT COUNT(*) FROM (SELECT DISTINCT LName, FName FROM patient) x
### sub-queries in the list, correlated twice
SELECT p.PatNum, (SELECT COUNT(*) FROM procedurelog a WHERE a.PatNum=p.PatNum AND a.ProcStatus=2) AS done, (SELECT SUM(b.ProcFee) FROM procedurelog b WHERE b.PatNum=p.PatNum AND b.ProcStatus=1) AS tp FROM patient p WHERE p.PatNum<25 ORDER BY p.PatNum
### a correlated maximum in where
SELECT pl.PatNum, pl.ProcNum, pl.ProcDate FROM procedurelog pl WHERE pl.ProcDate=(SELECT MAX(x.ProcDate) FROM procedurelog x WHERE x.PatNum=pl.PatNum) AND pl.PatNum<40 ORDER BY pl.PatNum, pl.ProcNum
### not exists and not in with nulls
SELECT COUNT(*) FROM patient WHERE AddrNote NOT IN ('x','y') OR AddrNote IS NULL
### like against a sub-query
SELECT COUNT(*) FROM patient WHERE LName LIKE CONCAT('%',(SELECT LName FROM patient WHERE PatNum=1),'%')
### between with sub-queries
SELECT COUNT(*) FROM patient WHERE PatNum BETWEEN (SELECT MIN(PatNum)+10 FROM patient) AND (SELECT 50)
### self join of families
SELECT g.PatNum, g.LName, COUNT(m.PatNum)-1 AS others, GROUP_CONCAT(m.FName ORDER BY m.PatNum SEPARATOR ', ') AS names FROM patient g LEFT JOIN patient m ON m.Guarantor=g.PatNum WHERE g.PatNum=g.Guarantor AND g.PatNum<80 GROUP BY g.PatNum ORDER BY g.PatNum
### left join with conditions on both sides
SELECT p.PatNum, COUNT(pl.ProcNum) AS n, IFNULL(SUM(pl.ProcFee),0) AS f FROM patient p LEFT JOIN procedurelog pl ON pl.PatNum=p.PatNum AND pl.ProcStatus=2 AND pl.ProcDate>'2021-01-01' WHERE p.PatNum<50 GROUP BY p.PatNum ORDER BY n DESC, p.PatNum
### left join that filters on null
SELECT p.PatNum FROM patient p LEFT JOIN refattach r ON r.PatNum=p.PatNum WHERE r.RefAttachNum IS NULL AND p.PatNum<30 ORDER BY p.PatNum
### union in a derived table with a group over it
SELECT k, SUM(v) AS total, COUNT(*) FROM (SELECT 'proc' AS k, ProcFee AS v FROM procedurelog WHERE PatNum<50 UNION ALL SELECT 'bal', EstBalance FROM patient WHERE PatNum<50 UNION ALL SELECT 'one', 1) u GROUP BY k ORDER BY k
### a total row by union and order
SELECT LName, n FROM (SELECT LName, COUNT(*) AS n, 0 AS o FROM patient WHERE LName LIKE 'B%' GROUP BY LName UNION ALL SELECT 'Total', COUNT(*), 1 FROM patient WHERE LName LIKE 'B%') x ORDER BY o, LName
### rollup over a join with sums
SELECT p.ClinicNum, pl.ProcStatus, COUNT(*), SUM(pl.ProcFee) FROM patient p JOIN procedurelog pl USING(PatNum) GROUP BY p.ClinicNum, pl.ProcStatus WITH ROLLUP HAVING COUNT(*)>10
### rollup with coalesce and if
SELECT COALESCE(State,'ALL') AS st, IF(Gender IS NULL,'both',Gender) AS g, COUNT(*) AS n FROM patient GROUP BY State, Gender WITH ROLLUP
### group_concat inside concat and with null parts
SELECT ClinicNum, CONCAT('[',GROUP_CONCAT(DISTINCT IF(Gender=2,NULL,Gender) ORDER BY 1 SEPARATOR '-'),']') AS x, LENGTH(GROUP_CONCAT(LName)) AS len FROM patient WHERE PatNum<100 GROUP BY ClinicNum ORDER BY ClinicNum
### aggregates of dates and times
SELECT MIN(SchedDate), MAX(StopTime), MIN(StartTime), COUNT(DISTINCT SchedDate), MAX(TIMEDIFF(StopTime,StartTime)) FROM schedule
### sums of booleans of dates
SELECT SUM(Birthdate='0001-01-01'), SUM(DATEDIFF(CURDATE(),Birthdate)>36525), AVG(YEAR(CURDATE())-YEAR(Birthdate)), MAX(Birthdate)-MIN(DateFirstVisit) FROM patient
### the first of the month and of the year
SELECT DATE_FORMAT(CURDATE(),'%Y-%m-01') AS a, DATE_SUB(CURDATE(),INTERVAL DAYOFMONTH(CURDATE())-1 DAY) AS b, MAKEDATE(YEAR(CURDATE()),1) AS c, LAST_DAY(CURDATE()-INTERVAL 1 MONTH)+INTERVAL 1 DAY AS d, CONCAT(YEAR(CURDATE()),'-01-01') AS e, CURDATE()-INTERVAL WEEKDAY(CURDATE()) DAY AS monday
### last month's range in where
SELECT COUNT(*) FROM procedurelog WHERE ProcDate>=DATE_FORMAT(CURDATE()-INTERVAL 12 MONTH,'%Y-%m-01') AND ProcDate<DATE_FORMAT(CURDATE(),'%Y-%m-01')
### quarter names
SELECT CONCAT(YEAR(ProcDate),' Q',QUARTER(ProcDate)) AS q, COUNT(*) FROM procedurelog GROUP BY q ORDER BY q
### week starts
SELECT DATE(DATE_SUB(ProcDate,INTERVAL DAYOFWEEK(ProcDate)-1 DAY)) AS wk, COUNT(*), SUM(ProcFee) FROM procedurelog WHERE ProcDate>'2024-01-01' GROUP BY wk ORDER BY wk
### str_to_date of parameters
SET @From=STR_TO_DATE('01/15/2020','%m/%d/%Y'), @To=STR_TO_DATE('12/31/2026','%m/%d/%Y'); SELECT COUNT(*), @From, @To FROM procedurelog WHERE ProcDate BETWEEN @From AND @To
### variables with a default by if
SET @Clinic=''; SELECT COUNT(*) FROM patient WHERE IF(LENGTH(@Clinic)=0,TRUE,ClinicNum=@Clinic)
### variables in limits by derived counters
SET @row=0; SELECT MAX(r) FROM (SELECT @row:=@row+1 AS r FROM patient WHERE PatNum<30) x
### variables assigned by into a temp table
SET @lim=5; CREATE TEMPORARY TABLE lim1 SELECT PatNum, PatNum<=@lim AS isLow FROM patient WHERE PatNum<=@lim*2; SELECT isLow, COUNT(*) FROM lim1 GROUP BY isLow ORDER BY isLow
### insert select with on duplicate key
CREATE TEMPORARY TABLE tot (PatNum BIGINT PRIMARY KEY, a DOUBLE DEFAULT 0, b INT NOT NULL DEFAULT 0); INSERT INTO tot (PatNum,a) SELECT PatNum, SUM(ProcFee) FROM procedurelog WHERE PatNum<20 GROUP BY PatNum; INSERT INTO tot (PatNum,b) SELECT PatNum, 1 FROM patient WHERE PatNum<25 ON DUPLICATE KEY UPDATE b=b+10, a=a+VALUES(b); SELECT * FROM tot ORDER BY PatNum
### update with case and several columns
CREATE TEMPORARY TABLE u1 SELECT PatNum, Gender, '' AS Label, 0.00 AS Amt FROM patient WHERE PatNum<12; ALTER TABLE u1 MODIFY Label VARCHAR(20); UPDATE u1 SET Label=CASE Gender WHEN 0 THEN 'M' WHEN 1 THEN 'F' ELSE '?' END, Amt=PatNum/3; SELECT * FROM u1 ORDER BY PatNum
### insert set and values of functions
CREATE TEMPORARY TABLE v1 (a INT, b VARCHAR(10), c DATE, d DECIMAL(6,1), e DATETIME); INSERT INTO v1 SET a=1, b=UPPER('x'), c=CURDATE(), d=2.25, e=NOW(); INSERT INTO v1 VALUES ('7x','abcdefghijkl','2021-3-4','9.96','2021-03-04'),(NULL,5,20210304,1e2,20210304050607); SELECT * FROM v1 ORDER BY a
### truncate and count
CREATE TEMPORARY TABLE w1 SELECT 1 AS a UNION SELECT 2; SELECT COUNT(*) FROM w1; TRUNCATE TABLE w1; INSERT INTO w1 VALUES (9); SELECT * FROM w1
### json columns of texts
SELECT PatNum, JSON_EXTRACT(CONCAT('{"n":"',FName,'","k":[1,2]}'),'$.n') AS n, JSON_UNQUOTE(JSON_EXTRACT(CONCAT('{"n":"',FName,'"}'),'$.n')) AS u, JSON_LENGTH('[1,2,3]') AS l FROM patient WHERE PatNum<5 ORDER BY PatNum
### regexp functions
SELECT REGEXP_REPLACE('a1b22c','[0-9]+','#') AS a, REGEXP_SUBSTR('abc123','[0-9]+') AS b, REGEXP_INSTR('abc123','[0-9]') AS c, 'Straße' REGEXP 'stra.e' AS d, REGEXP_REPLACE('John Smith','(\\w+) (\\w+)','\\2, \\1') AS e
### escapes and quotes in texts
SELECT 'it''s', "a ""quote""", 'back\\slash', 'tab\there', 'per%cent' LIKE 'per\%cent', 'a_b' LIKE 'a\_b', 'axb' LIKE 'a\_b', LENGTH('a\0b'), 'x' 'y' AS joined
### comments of every kind
SELECT /* one */ 1 AS a -- two
, 2 AS b # three
, /* four
lines */ 3 AS c
### keywords in any case with odd spaces
select  COUNT( * )  as   `n`  From   PATIENT  as P  where  p.PATNUM  <=  10   AND p.lname is not null
### a trailing semicolon and blanks
SELECT 1 AS one ;  ;
### names that newer versions reserve
SELECT PatNum AS rank, LName AS system, ClinicNum AS groups FROM patient WHERE PatNum<4 ORDER BY rank
### columns with a table name in another case
SELECT PATIENT.LName, Patient.fname, ProcedureLog.ProcNum FROM patient INNER JOIN procedurelog ON PATIENT.PatNum=ProcedureLog.PatNum WHERE Patient.PatNum<8 ORDER BY procedurelog.procnum
### division types in where
SELECT COUNT(*) FROM patient WHERE PatNum/2 = PatNum DIV 2 AND PatNum % 3 <> 0 AND PatNum*1.0/4 > 10
### null handling of concat and sums
SELECT SUM(NULLIF(Gender,0)), AVG(NULLIF(Gender,0)), COUNT(NULLIF(Gender,0)), CONCAT_WS('/',NULLIF(MiddleI,''),LName) IS NULL, MIN(NULLIF(MiddleI,'')) FROM patient WHERE PatNum<100 GROUP BY LName IS NULL
### interval of expressions in where
SELECT COUNT(*) FROM appointment WHERE AptDateTime + INTERVAL LENGTH(Pattern)*5 MINUTE > '2025-06-01 12:00:00'
### time arithmetic
SELECT ScheduleNum, ADDTIME(StartTime,'00:30:00'), SUBTIME(StopTime,'01:00'), TIME_FORMAT(StartTime,'%h:%i %p'), TIMEDIFF(StopTime,StartTime)>'04:00:00', StartTime<'10:00:00', StartTime+0, HOUR(StartTime)*60+MINUTE(StartTime), CAST(StartTime AS CHAR) FROM schedule ORDER BY ScheduleNum LIMIT 30
### windows over groups
SELECT ClinicNum, COUNT(*) AS n, SUM(COUNT(*)) OVER () AS total, ROUND(COUNT(*)/SUM(COUNT(*)) OVER ()*100,1) AS pct, RANK() OVER (ORDER BY COUNT(*) DESC) AS rk FROM patient GROUP BY ClinicNum ORDER BY ClinicNum
### first and last values of frames
SELECT PatNum, FIRST_VALUE(LName) OVER (PARTITION BY ClinicNum ORDER BY PatNum) AS f, LAST_VALUE(PatNum) OVER (PARTITION BY ClinicNum ORDER BY PatNum ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS l, NTH_VALUE(PatNum,2) OVER (PARTITION BY ClinicNum ORDER BY PatNum) AS s FROM patient WHERE PatNum<20 ORDER BY PatNum
### lag with dates
SELECT PatNum, ProcDate, DATEDIFF(ProcDate, LAG(ProcDate) OVER (PARTITION BY PatNum ORDER BY ProcDate, ProcNum)) AS gap FROM procedurelog WHERE PatNum<30 ORDER BY PatNum, ProcDate, ProcNum
### cte used twice
WITH c AS (SELECT ClinicNum, COUNT(*) AS n FROM patient GROUP BY ClinicNum) SELECT a.ClinicNum, a.n, (SELECT SUM(n) FROM c) AS total FROM c a WHERE a.n=(SELECT MAX(n) FROM c)
### cte with column names and recursion over numbers
WITH RECURSIVE d(n,f) AS (SELECT 1,1 UNION ALL SELECT n+1,f*(n+1) FROM d WHERE n<8) SELECT n, f FROM d ORDER BY n DESC LIMIT 3
### values in a derived table
SELECT t.a, t.b+1 FROM (SELECT 1 AS a, 2 AS b UNION ALL SELECT 3, 4) AS t ORDER BY t.a
### exists with union
SELECT EXISTS(SELECT 1 FROM patient WHERE PatNum=1 UNION SELECT 1 FROM patient WHERE PatNum=-1) AS e, (SELECT MAX(x) FROM (SELECT 1 AS x UNION SELECT 5) y) AS m
### deep nesting of functions
SELECT TRIM(BOTH ',' FROM REPLACE(CONCAT_WS(',',NULLIF(TRIM(LName),''),NULLIF(TRIM(FName),''),NULLIF(TRIM(MiddleI),'')),',,',',')) AS n, LENGTH(REPLACE(LName,'a',''))-LENGTH(LName) AS minus FROM patient WHERE PatNum<10 ORDER BY PatNum
### decimals that overflow their display
SELECT CAST(12345.678 AS DECIMAL(6,2)), CAST(99999.999 AS DECIMAL(7,2)), CAST(-0.005 AS DECIMAL(5,2)), 1e3/7, 10/3*3, 0.1*0.1, 1.2345*9.8765, 123456789.123+0.877, 5.00/2
### averages and sums of decimal literals
SELECT AVG(1.25), SUM(0.1), AVG(Gender/3), SUM(1/3), MAX(1/3), AVG(0.5*Gender), COUNT(*)/7 FROM patient WHERE PatNum<30
### counts by initial with substring
SELECT UPPER(SUBSTR(LName,1,1)) AS i, COUNT(*) c FROM patient GROUP BY 1 HAVING c BETWEEN 10 AND 500 ORDER BY c DESC, i LIMIT 10
