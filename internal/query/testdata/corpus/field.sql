### procedures of one day with a title line
-- Daily procedures, by provider
SET @Day=(SELECT MAX(ProcDate) FROM procedurelog WHERE ProcStatus=2);
SELECT CONCAT(p.LName,', ',p.FName,' ',p.MiddleI) AS Patient, pc.ProcCode AS 'Code', pl.ToothNum AS Tooth, pl.Surf, pc.AbbrDesc, pv.Abbr AS Prov, pl.ProcFee AS '$Fee'
FROM procedurelog pl
INNER JOIN patient p ON p.PatNum = pl.PatNum
INNER JOIN procedurecode pc ON pc.CodeNum = pl.CodeNum
LEFT JOIN provider pv ON pv.ProvNum = pl.ProvNum
WHERE pl.ProcDate = @Day AND pl.ProcStatus = 2
ORDER BY Patient, Code, pl.ProcNum;
### birthdays in a range of days
SET @pos=0, @Start='0601', @End='0630'; SELECT LName, FName, Birthdate, DATE_FORMAT(Birthdate,'%m%d') AS md FROM patient WHERE DATE_FORMAT(Birthdate,'%m%d') BETWEEN @Start AND @End AND Birthdate>'1880-01-01' ORDER BY md, LName, PatNum
### age as the field computes it
SELECT PatNum, Birthdate, (YEAR(CURDATE())-YEAR(Birthdate)) - (RIGHT(CURDATE(),5)<RIGHT(Birthdate,5)) AS Age, FLOOR(DATEDIFF(CURDATE(),Birthdate)/365.25) AS Age2, DATE_FORMAT(FROM_DAYS(TO_DAYS(CURDATE())-TO_DAYS(Birthdate)),'%Y')+0 AS Age3 FROM patient WHERE Birthdate>'1900-01-01' AND PatNum<80 ORDER BY PatNum
### patients of a zip code
SELECT Zip, LEFT(Zip,5) AS Zip5, COUNT(*) FROM patient GROUP BY LEFT(Zip,5) ORDER BY COUNT(*) DESC, Zip5
### patients with e-mail
SELECT SUBSTRING_INDEX(Email,'@',-1) AS domain, COUNT(*) FROM patient WHERE Email LIKE '%@%' GROUP BY domain ORDER BY COUNT(*) DESC, domain
### telephone digits
SELECT PatNum, REPLACE(REPLACE(REPLACE(REPLACE(HmPhone,'(',''),')',''),'-',''),' ','') AS Digits, LENGTH(HmPhone) FROM patient WHERE PatNum<40 ORDER BY PatNum
### new patients by month
SELECT DATE_FORMAT(DateFirstVisit,'%Y-%m') AS Month, COUNT(*) AS NewPats, GROUP_CONCAT(PatNum ORDER BY PatNum) FROM patient WHERE DateFirstVisit>='2025-01-01' GROUP BY YEAR(DateFirstVisit), MONTH(DateFirstVisit) ORDER BY Month
### production by month as columns
SELECT YEAR(ProcDate) AS Yr, SUM(CASE WHEN MONTH(ProcDate)=1 THEN ProcFee ELSE 0 END) AS Jan, SUM(CASE WHEN MONTH(ProcDate)=2 THEN ProcFee ELSE 0 END) AS Feb, SUM(IF(MONTH(ProcDate)=3,ProcFee,0)) AS Mar, SUM(ProcFee) AS Total FROM procedurelog WHERE ProcStatus=2 GROUP BY YEAR(ProcDate) ORDER BY Yr
### production with a union total
SELECT pv.Abbr, ROUND(SUM(pl.ProcFee),2) AS Prod FROM procedurelog pl INNER JOIN provider pv ON pv.ProvNum=pl.ProvNum WHERE pl.ProcStatus=2 GROUP BY pv.ProvNum UNION ALL SELECT 'TOTAL', ROUND(SUM(ProcFee),2) FROM procedurelog WHERE ProcStatus=2
### null safe compare and coalesce chain
SELECT p.PatNum, COALESCE(NULLIF(p.WirelessPhone,''),NULLIF(p.HmPhone,''),NULLIF(p.WkPhone,''),'none') AS Phone, p.AddrNote <=> NULL AS noNote FROM patient p WHERE p.PatNum<60 ORDER BY p.PatNum
### status names by elt and field
SELECT ELT(PatStatus+1,'Patient','NonPatient','Inactive','Archived','Deleted','Deceased') AS Status, COUNT(*) FROM patient GROUP BY PatStatus ORDER BY FIELD(PatStatus,2,0,1), PatStatus
### referral percentages by sub-query in from
SELECT x.LName, x.cnt, ROUND(100*x.cnt/t.total,1) AS pct FROM (SELECT r.LName, COUNT(*) AS cnt FROM refattach ra INNER JOIN referral r ON r.ReferralNum=ra.ReferralNum GROUP BY r.ReferralNum) x CROSS JOIN (SELECT COUNT(*) AS total FROM refattach) t ORDER BY x.cnt DESC, x.LName
### claim payments joined three times
SELECT c.ClaimNum, c.ClaimFee, SUM(cp.InsPayAmt) AS Paid, SUM(cp.WriteOff) AS WO, c.ClaimFee-SUM(cp.InsPayAmt)-SUM(cp.WriteOff) AS Remaining FROM claim c INNER JOIN claimproc cp ON cp.ClaimNum=c.ClaimNum WHERE cp.Status IN (1,4,5) GROUP BY c.ClaimNum, c.ClaimFee ORDER BY c.ClaimNum
### balance from its parts
SELECT p.PatNum, IFNULL(pr.fees,0) - IFNULL(pay.amt,0) + IFNULL(adj.amt,0) AS Bal FROM patient p LEFT JOIN (SELECT PatNum, SUM(ProcFee*(UnitQty+BaseUnits)) AS fees FROM procedurelog WHERE ProcStatus=2 GROUP BY PatNum) pr ON pr.PatNum=p.PatNum LEFT JOIN (SELECT PatNum, SUM(SplitAmt) AS amt FROM paysplit GROUP BY PatNum) pay ON pay.PatNum=p.PatNum LEFT JOIN (SELECT PatNum, SUM(AdjAmt) AS amt FROM adjustment GROUP BY PatNum) adj ON adj.PatNum=p.PatNum WHERE p.PatNum<120 HAVING Bal<>0 ORDER BY Bal DESC, p.PatNum
### transactions of an account
SELECT * FROM (SELECT 'Proc' AS Type, ProcDate AS TranDate, PatNum, ProcFee AS Amt FROM procedurelog WHERE ProcStatus=2 AND PatNum<30 UNION ALL SELECT 'Pay', DatePay, PatNum, -SplitAmt FROM paysplit WHERE PatNum<30 UNION ALL SELECT 'Adj', AdjDate, PatNum, AdjAmt FROM adjustment WHERE PatNum<30) t ORDER BY t.PatNum, t.TranDate, t.Type, t.Amt
### hygiene without a next visit
SELECT p.PatNum, MAX(a.AptDateTime) AS LastApt, MIN(CASE WHEN a.AptDateTime>NOW() THEN a.AptDateTime END) AS NextApt FROM patient p INNER JOIN appointment a ON a.PatNum=p.PatNum GROUP BY p.PatNum HAVING NextApt IS NULL ORDER BY p.PatNum
### appointments of next week by hour
SELECT HOUR(AptDateTime) AS h, COUNT(*) FROM appointment WHERE AptDateTime BETWEEN CURDATE() - INTERVAL 90 DAY AND CURDATE() + INTERVAL 1 WEEK GROUP BY HOUR(AptDateTime) ORDER BY h
### minutes between arrival and seating
SELECT AptNum, TIMESTAMPDIFF(MINUTE,DateTimeArrived,DateTimeSeated) AS Wait, TIMEDIFF(DateTimeDismissed,DateTimeSeated) AS Chair, SEC_TO_TIME(TIMESTAMPDIFF(SECOND,DateTimeSeated,DateTimeDismissed)) AS c2 FROM appointment ORDER BY AptNum LIMIT 40
### datediff in groups
SELECT CASE WHEN DATEDIFF(CURDATE(),DateSent)<=30 THEN '0-30' WHEN DATEDIFF(CURDATE(),DateSent) BETWEEN 31 AND 60 THEN '31-60' ELSE 'over' END AS Bucket, COUNT(*), SUM(ClaimFee) FROM claim GROUP BY Bucket ORDER BY Bucket
### users and their employees
SELECT u.UserName, CONCAT(e.FName,' ',e.LName) AS Emp, IF(u.IsHidden,'hidden','') AS h FROM userod u LEFT JOIN employee e ON e.EmployeeNum=u.EmployeeNum ORDER BY u.UserName
### commlogs since a date with modes
SELECT c.PatNum, DATE(c.CommDateTime) AS d, TIME(c.CommDateTime) AS t, c.Mode_, CASE c.SentOrReceived WHEN 0 THEN 'neither' WHEN 1 THEN 'sent' WHEN 2 THEN 'received' ELSE '?' END AS way FROM commlog c WHERE c.CommDateTime>=DATE_SUB(CURDATE(),INTERVAL 2 YEAR) ORDER BY c.CommDateTime, c.CommlogNum LIMIT 30
### quoting of names
SELECT p.`PatNum` AS `Patient Number`, `p`.`LName` "Last Name", p.FName AS 'First Name' FROM `patient` AS `p` WHERE `p`.`PatNum` IN (1,2,3) ORDER BY `Patient Number`
### order by several directions
SELECT ClinicNum, Gender, PatNum FROM patient WHERE PatNum<50 ORDER BY ClinicNum DESC, Gender, PatNum DESC
### like with wildcards and case
SELECT PatNum, LName FROM patient WHERE LName LIKE '%HOLT' OR LName LIKE '_asket%' OR FName LIKE 'z%' ORDER BY PatNum LIMIT 30
### not like and regexp
SELECT COUNT(*), SUM(LName NOT LIKE 'B%'), SUM(LName REGEXP '^[A-C]'), SUM(LName REGEXP 'ton$|holt$'), SUM(Address REGEXP '[0-9]+ .* (St|Dr)$') FROM patient
### between on datetimes
SELECT COUNT(*) FROM appointment WHERE AptDateTime BETWEEN '2025-01-01' AND '2025-12-31 23:59:59' OR DATE(AptDateTime) = '2024-05-05'
### grouping with expressions of aggregates
SELECT ProvNum, COUNT(*)*2+1 AS a, SUM(ProcFee)/COUNT(*) AS b, MAX(ProcFee)-MIN(ProcFee) AS c, ROUND(SUM(ProcFee)/COUNT(DISTINCT PatNum),2) AS d, COUNT(DISTINCT ProcDate) FROM procedurelog GROUP BY ProvNum ORDER BY ProvNum
### aggregates of nothing
SELECT COUNT(*), SUM(ProcFee), MAX(ProcDate), AVG(ProcFee), GROUP_CONCAT(ProcNum), MIN(PatNum), BIT_OR(PatNum), BIT_AND(PatNum), STD(PatNum) FROM procedurelog WHERE 1=0
### group of nothing
SELECT PatNum, COUNT(*) FROM procedurelog WHERE 1=0 GROUP BY PatNum
### averages of whole numbers
SELECT ClinicNum, AVG(Gender), AVG(PatNum), SUM(Gender)/COUNT(*), AVG(Gender*1.0), SUM(Gender+0.5), AVG(EstBalance) FROM patient GROUP BY ClinicNum ORDER BY ClinicNum
### decimals of casts
SELECT SUM(CAST(EstBalance AS DECIMAL(10,2))), AVG(CAST(EstBalance AS DECIMAL(10,2))), MAX(CAST(EstBalance AS DECIMAL(10,2))), CAST(SUM(EstBalance) AS DECIMAL(12,2)), SUM(CAST(EstBalance AS DECIMAL(10,2)))*1.5, SUM(ROUND(EstBalance,2)), ROUND(AVG(EstBalance),3) FROM patient
### comparisons of decimals
SELECT COUNT(*) FROM patient WHERE CAST(EstBalance AS DECIMAL(10,2)) = 123.82 OR ROUND(EstBalance,1) = 124.2 OR EstBalance BETWEEN 130 AND 130.5
### case with mixed types
SELECT PatNum, CASE WHEN PatNum%3=0 THEN 'three' WHEN PatNum%3=1 THEN PatNum ELSE NULL END AS x, IF(PatNum%2,Birthdate,NULL) AS d, IFNULL(NULLIF(Gender,0),'male') AS g, COALESCE(NULL,EstBalance,0) AS e FROM patient WHERE PatNum<15 ORDER BY PatNum
### dates in case and if
SELECT PatNum, IF(Birthdate<'1960-01-01',Birthdate,DateFirstVisit) AS d, CASE WHEN Birthdate<'1900-01-01' THEN '' ELSE Birthdate END AS t, GREATEST(Birthdate,DateFirstVisit) AS g, LEAST(Birthdate,'1980-01-01') AS l FROM patient WHERE PatNum<15 ORDER BY PatNum
### union of dates and texts
SELECT Birthdate AS x FROM patient WHERE PatNum<4 UNION SELECT 'none' UNION SELECT NULL ORDER BY x
### union distinct across types
SELECT PatNum FROM patient WHERE PatNum<5 UNION SELECT 3.0 UNION SELECT '4' ORDER BY 1
### exists with having
SELECT LName, COUNT(*) AS n FROM patient p WHERE EXISTS (SELECT PatNum FROM procedurelog pl WHERE pl.PatNum=p.PatNum GROUP BY pl.PatNum HAVING COUNT(*)>2) GROUP BY LName HAVING COUNT(*)>1 ORDER BY n DESC, LName
### sub-query as a value in arithmetic
SELECT PatNum, EstBalance-(SELECT AVG(EstBalance) FROM patient) AS diff FROM patient WHERE PatNum<10 ORDER BY PatNum
### nested if in sum
SELECT SUM(IF(PatStatus=0,IF(Gender=1,1,0),0)) AS f, SUM(IF(PatStatus=0 AND Gender=0,1,0)) AS m, CONCAT(ROUND(SUM(IF(Gender=1,1,0))/COUNT(*)*100,1),'%') AS pct FROM patient
### insert from union and then a report
DROP TEMPORARY TABLE IF EXISTS rpt; CREATE TEMPORARY TABLE rpt (Label VARCHAR(30), Amt DOUBLE, Cnt INT DEFAULT 0); INSERT INTO rpt (Label,Amt) SELECT 'Production', SUM(ProcFee) FROM procedurelog WHERE ProcStatus=2; INSERT INTO rpt SELECT 'Payments', -SUM(PayAmt), COUNT(*) FROM payment; INSERT INTO rpt VALUES ('Other',1.5,DEFAULT); UPDATE rpt SET Cnt=Cnt+1 WHERE Label LIKE 'P%'; SELECT Label, FORMAT(Amt,2) AS Amount, Cnt FROM rpt ORDER BY Label; DROP TEMPORARY TABLE rpt;
### temporary tables joined with each other
CREATE TEMPORARY TABLE a1 AS SELECT PatNum, LName FROM patient WHERE PatNum<10; CREATE TEMPORARY TABLE b1 AS (SELECT PatNum, COUNT(*) AS c FROM procedurelog GROUP BY PatNum); ALTER TABLE b1 ADD INDEX (PatNum); SELECT a1.*, b1.c FROM a1 LEFT JOIN b1 ON a1.PatNum=b1.PatNum ORDER BY a1.PatNum
### delete from a temporary table by a join
CREATE TEMPORARY TABLE d1 SELECT PatNum FROM patient WHERE PatNum<50; DELETE d1 FROM d1 INNER JOIN refattach r ON r.PatNum=d1.PatNum; SELECT COUNT(*), MIN(PatNum) FROM d1
### a column that is added
CREATE TEMPORARY TABLE e1 SELECT PatNum FROM patient WHERE PatNum<6; ALTER TABLE e1 ADD COLUMN Total DECIMAL(10,2) NOT NULL DEFAULT 0; UPDATE e1 SET Total=PatNum*1.005; SELECT * FROM e1 ORDER BY PatNum
### a temporary table with columns and a select
CREATE TEMPORARY TABLE f1 (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, extra VARCHAR(5) DEFAULT 'x') SELECT PatNum, LName FROM patient WHERE PatNum<5 ORDER BY PatNum; SELECT * FROM f1 ORDER BY id
### variables that carry a sum
SET @total:=(SELECT SUM(ProcFee) FROM procedurelog); SET @double=@total*2; SELECT ROUND(@total,2) AS t, ROUND(@double,2) AS d, @total<@double AS more
### select into variables by assignment
SELECT @x:=MAX(PatNum), @y:=MIN(PatNum) FROM patient; SELECT @x-@y AS span, @x, @y
### string variables in like
SET @name='%holt%'; SELECT COUNT(*) FROM patient WHERE LName LIKE @name OR CONCAT('%',LName,'%') LIKE @name
### concat in conditions
SELECT PatNum FROM patient WHERE CONCAT(FName,' ',LName) IN ('John Smith','zoe muller') OR CONCAT_WS(',',LName,FName)='Müller,Zoë' ORDER BY PatNum
### counts by yes and no
SELECT IF(TxtMsgOk=1,'Y','N') AS txt, COUNT(*) FROM patient GROUP BY txt ORDER BY txt
### group by two aliases
SELECT LEFT(LName,1) AS initial, IF(Birthdate<'1970-01-01','old','young') AS age, COUNT(*) AS n FROM patient GROUP BY initial, age HAVING n>5 ORDER BY initial, age
### having on a column of the list that is not grouped
SELECT PatNum, LName, EstBalance FROM patient GROUP BY PatNum HAVING EstBalance>150 AND LName<'M' ORDER BY EstBalance DESC LIMIT 10
### windows with frames
SELECT ProcNum, ProcFee, SUM(ProcFee) OVER w AS run, AVG(ProcNum) OVER (ORDER BY ProcNum ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS mov, LEAD(ProcNum,2) OVER w AS nxt, MAX(ProcFee) OVER (PARTITION BY ProvNum) AS mx FROM procedurelog WHERE PatNum<25 WINDOW w AS (ORDER BY ProcNum) ORDER BY ProcNum
### top two per group by a window
SELECT * FROM (SELECT ProvNum, PatNum, SUM(ProcFee) AS f, ROW_NUMBER() OVER (PARTITION BY ProvNum ORDER BY SUM(ProcFee) DESC, PatNum) AS rn FROM procedurelog GROUP BY ProvNum, PatNum) t WHERE rn<=2 ORDER BY ProvNum, rn
### percent rank and cume_dist
SELECT PatNum, ROUND(PERCENT_RANK() OVER (ORDER BY PatNum),4) AS pr, ROUND(CUME_DIST() OVER (ORDER BY PatNum),4) AS cd FROM patient WHERE PatNum<12 ORDER BY PatNum
### except and intersect
SELECT PatNum FROM patient WHERE PatNum<10 EXCEPT SELECT PatNum FROM refattach
### intersect
SELECT PatNum FROM patient WHERE PatNum<40 INTERSECT SELECT PatNum FROM refattach ORDER BY PatNum
### json in an aggregate
SELECT ClinicNum, JSON_OBJECT('n',COUNT(*),'min',MIN(PatNum)) AS j FROM patient GROUP BY ClinicNum ORDER BY ClinicNum
### a natural left join
SELECT p.PatNum, n.Medical FROM patient p NATURAL LEFT JOIN patientnote n WHERE p.PatNum<5 ORDER BY p.PatNum
### straight join and index hints
SELECT STRAIGHT_JOIN COUNT(*) FROM patient p USE INDEX (PRIMARY) INNER JOIN procedurelog pl FORCE INDEX (PRIMARY) ON p.PatNum=pl.PatNum
### parenthesised joins
SELECT p.PatNum, r.LName FROM patient p LEFT JOIN (refattach ra INNER JOIN referral r ON r.ReferralNum=ra.ReferralNum) ON ra.PatNum=p.PatNum AND ra.RefType=1 WHERE p.PatNum<25 ORDER BY p.PatNum, r.LName
### old style outer query with many tables
SELECT COUNT(*) FROM patient, procedurelog, provider WHERE patient.PatNum=procedurelog.PatNum AND procedurelog.ProvNum=provider.ProvNum AND provider.IsHidden=0 AND patient.PatStatus=0
### information about columns
SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS WHERE TABLE_NAME='refattach' AND TABLE_SCHEMA LIKE '%' ORDER BY ORDINAL_POSITION LIMIT 7
### interval arithmetic on columns
SELECT PatNum, Birthdate + INTERVAL 18 YEAR AS adult, DATE_ADD(DateFirstVisit, INTERVAL PatNum DAY) AS x, LAST_DAY(DateFirstVisit) AS eom, DATE_SUB(LAST_DAY(DateFirstVisit), INTERVAL DAY(LAST_DAY(DateFirstVisit))-1 DAY) AS bom, DateTStamp - INTERVAL 1 HOUR < DateTStamp AS less FROM patient WHERE PatNum<12 ORDER BY PatNum
### day differences of columns
SELECT PatNum, DATEDIFF(DateFirstVisit,Birthdate), TIMESTAMPDIFF(MONTH,Birthdate,DateFirstVisit), TO_DAYS(DateFirstVisit)-TO_DAYS(Birthdate), PERIOD_DIFF(DATE_FORMAT(CURDATE(),'%Y%m'),DATE_FORMAT(DateFirstVisit,'%Y%m')), YEARWEEK(DateFirstVisit), DateFirstVisit-Birthdate FROM patient WHERE PatNum<12 AND Birthdate>'1900-01-01' ORDER BY PatNum
### booleans in the list
SELECT PatNum, PatNum=3, LName='smith', Birthdate>'1970-01-01', NOT Gender, Gender OR 0, PatNum IN (1,2), AddrNote IS NULL, LName LIKE 'S%' FROM patient WHERE PatNum<8 ORDER BY PatNum
### planned appointments in the order of the older table
SELECT p.LName, p.FName, pa.ItemOrder, a.ProcDescript FROM plannedappt pa INNER JOIN patient p ON p.PatNum=pa.PatNum INNER JOIN appointment a ON a.AptNum=pa.AptNum ORDER BY pa.PatNum, pa.ItemOrder LIMIT 40
### patients with more than one planned appointment
SELECT PatNum, COUNT(*) AS n, MAX(ItemOrder) AS last FROM plannedappt GROUP BY PatNum HAVING n>1 ORDER BY PatNum
### planned appointments that were never scheduled
SELECT COUNT(*) FROM plannedappt pa LEFT JOIN appointment s ON s.NextAptNum=pa.AptNum WHERE s.AptNum IS NULL
### rules of double booking
SELECT AppointmentRuleNum, RuleDesc, CodeStart, CodeEnd, IsEnabled FROM appointmentrule ORDER BY AppointmentRuleNum
### procedures that a rule keeps apart
SELECT r.RuleDesc, COUNT(*) FROM appointmentrule r INNER JOIN procedurecode c ON c.ProcCode BETWEEN r.CodeStart AND r.CodeEnd INNER JOIN procedurelog pl ON pl.CodeNum=c.CodeNum GROUP BY r.RuleDesc ORDER BY r.RuleDesc
### keys of the API
SELECT APIKeyNum, CustApiKey, DevName FROM apikey
