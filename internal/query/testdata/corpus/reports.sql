### daily production by provider
SELECT pr.Abbr, pl.ProcDate, SUM(pl.ProcFee*(pl.UnitQty+pl.BaseUnits)) AS Production FROM procedurelog pl INNER JOIN provider pr ON pr.ProvNum=pl.ProvNum WHERE pl.ProcStatus=2 AND pl.ProcDate BETWEEN '2019-01-01' AND '2026-12-31' GROUP BY pr.ProvNum, pl.ProcDate ORDER BY pr.Abbr, pl.ProcDate
### production by provider with variables and comments
/* production */ SET @FromDate='2019-01-01', @ToDate='2026-12-31'; -- the range
SELECT Provider.Abbr AS Prov, COUNT(DISTINCT procedurelog.PatNum) AS Pats, COUNT(*) AS Procs, ROUND(SUM(procedurelog.ProcFee),2) AS Fees, ROUND(AVG(procedurelog.ProcFee),2) AS AvgFee
FROM ProcedureLog # the procedures
LEFT JOIN Provider ON Provider.ProvNum=ProcedureLog.ProvNum
WHERE procedurelog.ProcStatus='2' AND procedurelog.ProcDate>=@FromDate AND procedurelog.ProcDate<=@ToDate
GROUP BY Provider.Abbr HAVING Procs>0 ORDER BY Fees DESC, Prov
### new patients by source
SELECT r.LName, r.FName, COUNT(DISTINCT p.PatNum) NewPats FROM patient p INNER JOIN refattach ra ON ra.PatNum=p.PatNum AND ra.RefType=1 INNER JOIN referral r ON r.ReferralNum=ra.ReferralNum WHERE p.DateFirstVisit > '1990-01-01' GROUP BY r.ReferralNum ORDER BY NewPats DESC, r.LName, r.FName
### referral sources that are doctors
SELECT CONCAT(r.LName,', ',r.FName) AS Referrer, r.Title, IF(r.IsDoctor=1,'Doctor',IF(r.NotPerson=1,'Other','Patient')) AS Kind, COUNT(ra.RefAttachNum) AS cnt FROM referral r LEFT JOIN refattach ra USING(ReferralNum) WHERE r.IsHidden=0 GROUP BY r.ReferralNum ORDER BY cnt DESC, Referrer
### production by referral
SELECT ra.ReferralNum, COUNT(DISTINCT ra.PatNum) pats, SUM(pl.ProcFee) fees FROM refattach ra INNER JOIN procedurelog pl ON pl.PatNum=ra.PatNum WHERE pl.ProcStatus IN (1,2) GROUP BY ra.ReferralNum ORDER BY ra.ReferralNum
### outbound referrals not closed
SELECT p.LName, p.FName, r.LName AS Specialist, ra.RefDate, ra.RefToStatus, DATEDIFF(CURDATE(),ra.RefDate) AS DaysOpen FROM refattach ra, patient p, referral r WHERE ra.PatNum=p.PatNum AND ra.ReferralNum=r.ReferralNum AND ra.RefType=0 AND ra.RefToStatus<4 ORDER BY DaysOpen DESC, ra.RefAttachNum
### aging buckets
SELECT COUNT(*), SUM(Bal_0_30), SUM(Bal_31_60), SUM(BalOver90), SUM(CASE WHEN BalTotal>100 THEN 1 ELSE 0 END) AS Big, SUM(IF(BalTotal<0,BalTotal,0)) AS Credits FROM patient WHERE PatStatus!=4
### balances by guarantor
SELECT g.PatNum, CONCAT(g.LName,', ',g.FName) AS Guarantor, COUNT(*) AS Members, FORMAT(SUM(p.EstBalance),2) AS Bal FROM patient p INNER JOIN patient g ON p.Guarantor=g.PatNum GROUP BY g.PatNum HAVING SUM(p.EstBalance)>50 ORDER BY SUM(p.EstBalance) DESC, g.PatNum
### ages of patients
SELECT CASE WHEN YEAR(Birthdate)<1880 THEN 'unknown' WHEN TIMESTAMPDIFF(YEAR,Birthdate,CURDATE())<18 THEN 'child' WHEN (YEAR(CURDATE())-YEAR(Birthdate)) - (RIGHT(CURDATE(),5)<RIGHT(Birthdate,5)) < 65 THEN 'adult' ELSE 'senior' END AS AgeGroup, COUNT(*) FROM patient GROUP BY AgeGroup ORDER BY AgeGroup
### birthdays this month
SELECT LName, FName, Birthdate, DATE_FORMAT(Birthdate,'%m/%d') AS Day FROM patient WHERE MONTH(Birthdate)=MONTH(CURDATE()) AND YEAR(Birthdate)>1880 AND PatStatus=0 ORDER BY DAYOFMONTH(Birthdate), PatNum
### the documents' own birthday query
SELECT * FROM patient WHERE Birthdate LIKE '%-06-22'
### the documents' own clinic query
SELECT clinic.Description, COUNT(*) AS NumberOfPatients
    FROM patient,clinic
   WHERE patient.ClinicNum=clinic.ClinicNum
   GROUP BY clinic.ClinicNum
### the documents' own subscribers
SELECT * FROM InsSub WHERE DateTerm < '2021-01-01'
### the documents' own plans
SELECT PatPlanNum, PatNum, InsSubNum FROM patplan
### pay periods
SELECT * FROM payperiod
### recalls due
SELECT p.LName, p.FName, r.DateDue, rt.Description FROM recall r INNER JOIN patient p ON p.PatNum=r.PatNum LEFT JOIN recalltype rt ON rt.RecallTypeNum=r.RecallTypeNum WHERE r.DateDue BETWEEN DATE_SUB(CURDATE(),INTERVAL 6 MONTH) AND CURDATE() AND r.IsDisabled=0 ORDER BY r.DateDue, r.RecallNum
### unscheduled treatment
SELECT p.PatNum, p.LName, SUM(pl.ProcFee) AS TP FROM patient p INNER JOIN procedurelog pl ON p.PatNum=pl.PatNum AND pl.ProcStatus=1 LEFT JOIN appointment a ON a.PatNum=p.PatNum AND a.AptStatus=1 AND a.AptDateTime>NOW() WHERE a.AptNum IS NULL GROUP BY p.PatNum, p.LName HAVING TP>=100 ORDER BY TP DESC, p.PatNum
### patients without any appointment
SELECT COUNT(*) FROM patient p WHERE NOT EXISTS (SELECT 1 FROM appointment a WHERE a.PatNum=p.PatNum)
### last visit of each patient
SELECT p.PatNum, (SELECT MAX(pl.ProcDate) FROM procedurelog pl WHERE pl.PatNum=p.PatNum AND pl.ProcStatus=2) AS LastVisit FROM patient p WHERE p.PatNum<200 ORDER BY p.PatNum
### patients with more than one procedure on a day
SELECT PatNum, ProcDate, COUNT(*) c FROM procedurelog GROUP BY PatNum, ProcDate HAVING c>1 ORDER BY c DESC, PatNum, ProcDate
### insurance of patients
SELECT p.PatNum, c.CarrierName, ip.GroupName, ib.SubscriberID, pp.Ordinal FROM patplan pp INNER JOIN patient p ON p.PatNum=pp.PatNum INNER JOIN inssub ib ON ib.InsSubNum=pp.InsSubNum INNER JOIN insplan ip ON ip.PlanNum=ib.PlanNum INNER JOIN carrier c ON c.CarrierNum=ip.CarrierNum ORDER BY p.PatNum, pp.Ordinal
### insurance usage
SELECT c.CarrierName, COUNT(DISTINCT pp.PatNum) AS Pats, GROUP_CONCAT(DISTINCT ip.PlanNum ORDER BY ip.PlanNum SEPARATOR '; ') AS Groups FROM carrier c LEFT JOIN insplan ip ON ip.CarrierNum=c.CarrierNum LEFT JOIN inssub i ON i.PlanNum=ip.PlanNum LEFT JOIN patplan pp ON pp.InsSubNum=i.InsSubNum GROUP BY c.CarrierNum ORDER BY c.CarrierName, c.CarrierNum
### claims by status
SELECT ClaimStatus, COUNT(*), ROUND(SUM(ClaimFee),2), ROUND(SUM(InsPayAmt),2) FROM claim GROUP BY ClaimStatus ORDER BY ClaimStatus
### claims that are overdue
SELECT ClaimNum, PatNum, DateSent, DATEDIFF(CURDATE(),DateSent) days FROM claim WHERE ClaimStatus IN ('S','P') AND DateSent<CURDATE()-INTERVAL 30 DAY AND DateSent>'0001-01-01' ORDER BY days DESC, ClaimNum
### payments by type and month
SELECT DATE_FORMAT(PayDate,'%Y-%m') AS Mon, PayType, COUNT(*), SUM(PayAmt) FROM payment GROUP BY Mon, PayType ORDER BY Mon, PayType
### adjustments by type
SELECT d.ItemName, SUM(a.AdjAmt) AS Total, COUNT(*) AS Cnt FROM adjustment a LEFT JOIN definition d ON d.DefNum=a.AdjType WHERE a.AdjDate>='2020-01-01' GROUP BY a.AdjType ORDER BY a.AdjType
### income of a period
SELECT 'Payments' AS Kind, SUM(SplitAmt) AS Amt FROM paysplit WHERE DatePay BETWEEN '2024-01-01' AND '2026-12-31' UNION ALL SELECT 'Adjustments', SUM(AdjAmt) FROM adjustment WHERE AdjDate BETWEEN '2024-01-01' AND '2026-12-31' UNION ALL SELECT 'Insurance', SUM(InsPayAmt) FROM claimproc WHERE DateCP BETWEEN '2024-01-01' AND '2026-12-31' AND Status IN (1,4)
### appointments per operatory and day
SELECT o.OpName, DATE(a.AptDateTime) AS d, COUNT(*), SUM(LENGTH(a.Pattern)*5) AS Minutes FROM appointment a LEFT JOIN operatory o ON a.Op=o.OperatoryNum GROUP BY o.OpName, DATE(a.AptDateTime) ORDER BY o.OpName, d
### appointments by weekday
SELECT DAYNAME(AptDateTime) AS Weekday, COUNT(*) FROM appointment WHERE AptDateTime>'2000-01-01' GROUP BY DAYOFWEEK(AptDateTime) ORDER BY DAYOFWEEK(AptDateTime)
### commlogs of a type
SELECT c.PatNum, c.CommDateTime, d.ItemName, LEFT(c.Note,20) AS Note FROM commlog c LEFT JOIN definition d ON c.CommType=d.DefNum AND d.Category=27 WHERE c.Note LIKE '%message%' ORDER BY c.CommDateTime, c.CommlogNum
### fee schedules
SELECT pc.ProcCode, pc.Descript, f.Amount, fs.Description FROM fee f INNER JOIN procedurecode pc USING(CodeNum) INNER JOIN FeeSched fs ON fs.FeeSchedNum=f.FeeSched ORDER BY pc.ProcCode, fs.FeeSchedNum, f.FeeNum
### procedures by code
SELECT pc.ProcCode, COUNT(*) AS n, SUM(pl.ProcFee) AS fees, MIN(pl.ProcDate) AS First, MAX(pl.ProcDate) AS Last FROM procedurelog pl, procedurecode pc WHERE pl.CodeNum=pc.CodeNum AND pc.ProcCode LIKE 'D%' GROUP BY pc.ProcCode ORDER BY n DESC, pc.ProcCode
### procedures by the first letters of the code
SELECT SUBSTRING(pc.ProcCode,1,2) AS Grp, COUNT(*) FROM procedurelog pl INNER JOIN procedurecode pc ON pc.CodeNum=pl.CodeNum GROUP BY SUBSTRING(pc.ProcCode,1,2) ORDER BY 2 DESC, 1
### definitions by category
SELECT Category, GROUP_CONCAT(ItemName ORDER BY ItemOrder, DefNum SEPARATOR ', ') FROM definition WHERE IsHidden=0 GROUP BY Category ORDER BY Category
### preferences
SELECT PrefName, ValueString FROM preference WHERE PrefName LIKE 'Practice%' ORDER BY PrefName
### audit look-up
SELECT DATE(LogDateTime) AS d, CompName, COUNT(*) AS n FROM securitylog WHERE LogDateTime>='2000-01-01' GROUP BY d, CompName ORDER BY n DESC, d
### audit of a table
SELECT SecurityLogNum, LogText FROM securitylog WHERE LogText LIKE 'delete%' ORDER BY SecurityLogNum LIMIT 5
### duplicate names
SELECT p1.PatNum, p2.PatNum AS Other, p1.LName FROM patient p1 INNER JOIN patient p2 ON p1.LName=p2.LName AND p1.FName=p2.FName AND p1.PatNum<p2.PatNum ORDER BY p1.PatNum, p2.PatNum
### a running counter over a derived table [count]
SET @n=0; SELECT @n:=@n+1 AS Num, x.LName, x.PatNum FROM (SELECT LName, PatNum FROM patient WHERE PatNum<100 ORDER BY LName, PatNum) x, (SELECT @n:=0) r ORDER BY Num
### a counter in the list
SET @pos=0; SELECT @pos:=@pos+1 AS Count, PatNum, LName FROM patient WHERE PatNum<60 ORDER BY PatNum
### a counter per group
CREATE TEMPORARY TABLE ordered (Id INT AUTO_INCREMENT PRIMARY KEY, PatNum BIGINT, ProcNum BIGINT); INSERT INTO ordered (PatNum,ProcNum) SELECT PatNum, ProcNum FROM procedurelog WHERE PatNum<60 ORDER BY PatNum, ProcNum; SET @rn=0, @pat=0; CREATE TEMPORARY TABLE numbered SELECT Id, PatNum, ProcNum, @rn:=IF(@pat=PatNum,@rn+1,1) AS rn, @pat:=PatNum AS p FROM ordered ORDER BY Id; SELECT PatNum, ProcNum, rn FROM numbered WHERE rn<=2 ORDER BY PatNum, ProcNum
### a temporary table of totals
DROP TABLE IF EXISTS tmpTotals; CREATE TEMPORARY TABLE tmpTotals SELECT PatNum, SUM(ProcFee) AS Fees, COUNT(*) AS n FROM procedurelog GROUP BY PatNum; SELECT p.LName, t.Fees, t.n FROM tmpTotals t INNER JOIN patient p ON p.PatNum=t.PatNum WHERE t.n>2 ORDER BY t.Fees DESC, p.PatNum; DROP TABLE IF EXISTS tmpTotals;
### a temporary table that is filled and changed
CREATE TEMPORARY TABLE tmp1 (Id INT NOT NULL AUTO_INCREMENT, PatNum BIGINT, Amount DECIMAL(10,2) NOT NULL DEFAULT 0, Note VARCHAR(20), PRIMARY KEY(Id), KEY(PatNum)); INSERT INTO tmp1 (PatNum,Amount) VALUES (1,10.005),(2,10.005),(3,-10.005),(4,'x'),(5,NULL); INSERT INTO tmp1 (PatNum,Amount,Note) VALUES (100,'7.5','a'),(101,3,'this text is much too long for it'); UPDATE tmp1 SET Amount=Amount*2, Note=CONCAT('x',Id) WHERE Id<3; DELETE FROM tmp1 WHERE Id=4; SELECT * FROM tmp1 ORDER BY Id
### a temporary table that is joined in an update
CREATE TEMPORARY TABLE tA SELECT PatNum, 0 AS Cnt FROM patient WHERE PatNum<30; UPDATE tA INNER JOIN (SELECT PatNum, COUNT(*) AS c FROM procedurelog GROUP BY PatNum) x ON x.PatNum=tA.PatNum SET tA.Cnt=x.c; SELECT * FROM tA ORDER BY PatNum
### on duplicate key
CREATE TEMPORARY TABLE cnt (k VARCHAR(10) PRIMARY KEY, n INT DEFAULT 0); INSERT INTO cnt VALUES ('a',1),('b',2); INSERT INTO cnt VALUES ('A',5),('c',9) ON DUPLICATE KEY UPDATE n=n+VALUES(n); INSERT IGNORE INTO cnt VALUES ('b',100); REPLACE INTO cnt VALUES ('c',10); SELECT * FROM cnt ORDER BY k
### rollup of two
SELECT ClinicNum, Gender, COUNT(*) AS n FROM patient GROUP BY ClinicNum, Gender WITH ROLLUP
### rollup with a name for the total
SELECT IFNULL(Abbr,'Total') AS Prov, COUNT(*) AS n, SUM(IsHidden) FROM provider GROUP BY Abbr WITH ROLLUP
### several statements, the last result counts
SELECT 1; SELECT COUNT(*) FROM patient; SELECT 'last' AS which, 3 AS n;
### a derived table in a join
SELECT p.PatNum, p.LName, t.cnt FROM patient p INNER JOIN (SELECT PatNum, COUNT(*) AS cnt FROM procedurelog WHERE ProcStatus=2 GROUP BY PatNum HAVING cnt>1) t ON t.PatNum=p.PatNum ORDER BY t.cnt DESC, p.PatNum
### union with an order
(SELECT PatNum AS Num, LName AS Name FROM patient WHERE PatNum<4) UNION (SELECT ReferralNum, LName FROM referral WHERE ReferralNum<4) ORDER BY Name, Num LIMIT 5
### union of types
SELECT 1 AS x UNION SELECT 2.50 UNION SELECT 1.0
### union of texts and numbers
SELECT 1 AS x UNION ALL SELECT 'a' UNION ALL SELECT NULL
### a correlated count
SELECT r.ReferralNum, (SELECT COUNT(*) FROM refattach ra WHERE ra.ReferralNum=r.ReferralNum) AS n FROM referral r HAVING n>3 ORDER BY n DESC, r.ReferralNum
### in a sub-query
SELECT COUNT(*) FROM patient WHERE PatNum IN (SELECT PatNum FROM refattach WHERE RefType=0) AND PatNum NOT IN (SELECT PatNum FROM refattach WHERE RefType=1)
### any and all
SELECT PatNum FROM patient WHERE PatNum > ALL (SELECT PatNum FROM refattach WHERE PatNum<500) AND PatNum < 520 AND PatNum = ANY (SELECT Guarantor FROM patient) ORDER BY PatNum
### a common table expression
WITH fees AS (SELECT PatNum, SUM(ProcFee) AS f FROM procedurelog GROUP BY PatNum), big AS (SELECT * FROM fees WHERE f>1000) SELECT p.LName, big.f FROM big JOIN patient p USING(PatNum) ORDER BY big.f DESC, p.PatNum LIMIT 20
### a recursive calendar
WITH RECURSIVE cal AS (SELECT CAST('2026-01-01' AS DATE) AS d UNION ALL SELECT d + INTERVAL 1 MONTH FROM cal WHERE d<'2026-12-01') SELECT cal.d, MONTHNAME(cal.d), (SELECT COUNT(*) FROM patient p WHERE p.DateFirstVisit<cal.d) AS Before_ FROM cal ORDER BY cal.d
### window functions
SELECT PatNum, ProcNum, ROW_NUMBER() OVER (PARTITION BY PatNum ORDER BY ProcNum) AS rn, SUM(ProcFee) OVER (PARTITION BY PatNum ORDER BY ProcNum) AS run, LAG(ProcNum) OVER (PARTITION BY PatNum ORDER BY ProcNum) AS prev, COUNT(*) OVER (PARTITION BY PatNum) AS n FROM procedurelog WHERE PatNum<40 ORDER BY PatNum, ProcNum
### more window functions
SELECT ProvNum, c, RANK() OVER (ORDER BY c DESC) AS r, DENSE_RANK() OVER (ORDER BY c DESC) AS dr, NTILE(3) OVER (ORDER BY c DESC, ProvNum) AS nt, FIRST_VALUE(ProvNum) OVER (ORDER BY c DESC, ProvNum) AS top, AVG(c) OVER () AS av FROM (SELECT ProvNum, COUNT(*) AS c FROM procedurelog GROUP BY ProvNum) t ORDER BY ProvNum
### statistics
SELECT ROUND(STD(PatNum),4), ROUND(STDDEV_SAMP(PatNum),4), ROUND(VARIANCE(PatNum),2), ROUND(VAR_SAMP(PatNum),2), BIT_AND(Gender), BIT_OR(Gender), BIT_XOR(PatNum) FROM patient WHERE PatNum<100
### natural and using joins
SELECT PatNum, LName, ReferralNum FROM patient NATURAL JOIN (SELECT PatNum, ReferralNum FROM refattach) r WHERE PatNum<100 ORDER BY PatNum, ReferralNum
### a star of a join
SELECT r.*, p.LName FROM refattach r JOIN patient p USING (PatNum) WHERE r.RefAttachNum<20 ORDER BY r.RefAttachNum
### a star with using
SELECT * FROM (SELECT PatNum, LName FROM patient WHERE PatNum<5) a JOIN (SELECT PatNum, ReferralNum FROM refattach) b USING(PatNum) ORDER BY PatNum, ReferralNum
### right join
SELECT ra.RefAttachNum, r.ReferralNum FROM refattach ra RIGHT JOIN referral r ON r.ReferralNum=ra.ReferralNum AND ra.RefType=0 WHERE r.ReferralNum<10 ORDER BY r.ReferralNum, ra.RefAttachNum
### cross join and aliases
SELECT a.ClinicNum, b.ProvNum FROM clinic a CROSS JOIN provider b ORDER BY a.ClinicNum, b.ProvNum
### support tables that are empty
SELECT p.PatNum, pr.Race, ph.PhoneNumberVal, tp.Heading FROM patient p LEFT JOIN patientrace pr ON pr.PatNum=p.PatNum LEFT JOIN phonenumber ph ON ph.PatNum=p.PatNum LEFT JOIN treatplan tp ON tp.PatNum=p.PatNum WHERE p.PatNum<4 ORDER BY p.PatNum
### names that compare
SELECT PatNum, LName, FName FROM patient WHERE FName='zoe' ORDER BY PatNum
### texts of the demo that are odd
SELECT PatNum, Preferred, AddrNote, Preferred='ase' AS same, LENGTH(Preferred) FROM patient WHERE PatNum BETWEEN 11 AND 16 ORDER BY PatNum
### count distinct of texts
SELECT COUNT(DISTINCT Preferred), COUNT(DISTINCT LName), COUNT(DISTINCT LName, FName), COUNT(DISTINCT City), COUNT(City), COUNT(AddrNote), COUNT(*) FROM patient
### group by a text
SELECT State, COUNT(*) FROM patient GROUP BY State ORDER BY State
### distinct
SELECT DISTINCT City, State FROM patient ORDER BY City, State
### max of texts and dates
SELECT MAX(LName), MIN(LName), MAX(Birthdate), MIN(DateTStamp)>'2000-01-01', MAX(CONCAT(FName,LName)) FROM patient
### sums of conditions
SELECT SUM(Gender=0), SUM(Gender=1), AVG(Gender=1), SUM(PatStatus IN (0,1)), COUNT(IF(PatStatus=0,1,NULL)), SUM(Birthdate<'1980-01-01'), SUM(EstBalance>0)/COUNT(*) FROM patient
### shares of a total
SELECT ClinicNum, COUNT(*) AS n, ROUND(COUNT(*)/(SELECT COUNT(*) FROM patient)*100,1) AS pct, CONCAT(ROUND(COUNT(*)*100/(SELECT COUNT(*) FROM patient),2),'%') AS text FROM patient GROUP BY ClinicNum ORDER BY ClinicNum
### having with no group
SELECT PatNum, CONCAT(LName,' ',FName) AS FullName FROM patient HAVING FullName LIKE 'S%' AND PatNum<200 ORDER BY PatNum
### group by an alias and a place
SELECT YEAR(ProcDate) AS y, QUARTER(ProcDate) AS q, COUNT(*) FROM procedurelog GROUP BY 1, q ORDER BY 1, 2
### an ambiguous name in group by
SELECT DATE_FORMAT(ProcDate,'%Y') AS ProcDate, COUNT(*) FROM procedurelog GROUP BY ProcDate ORDER BY COUNT(*) DESC, 1 LIMIT 3
### order by an expression
SELECT PatNum, LName FROM patient WHERE PatNum<50 ORDER BY LENGTH(LName) DESC, LName DESC, PatNum+0
### limit with offset
SELECT PatNum FROM patient ORDER BY PatNum LIMIT 5,3
### limit offset words
SELECT PatNum FROM patient ORDER BY PatNum DESC LIMIT 4 OFFSET 2
### writeoff against a text
SELECT COUNT(*), SUM(WriteOff) FROM claimproc WHERE WriteOff > '.0001'
### a number against a text column
SELECT COUNT(*) FROM procedurelog WHERE Surf = 0
### dates against now
SELECT COUNT(*) FROM appointment WHERE AptDateTime <= CURDATE() AND AptDateTime >= DATE_SUB(NOW(), INTERVAL 2 YEAR)
### a date column against a moment
SELECT COUNT(*) FROM procedurelog WHERE ProcDate <= NOW() AND ProcDate < '2026-06-15 10:00:00' AND ProcDate >= '2020-01-01 00:00:01'
### dates that are no dates
SELECT COUNT(*) FROM patient WHERE Birthdate = '' OR Birthdate < '1900'
### birthdates in a list
SELECT COUNT(*) FROM patient WHERE Birthdate IN ('1976-05-24','1970-11-22','x')
### texts that are padded
SELECT LPAD(PatNum,8,'0'), CONCAT_WS(' ',FName,MiddleI,LName), UPPER(LEFT(LName,3)), REPLACE(HmPhone,'-','') FROM patient WHERE PatNum<20 ORDER BY PatNum
### group_concat with everything
SELECT ClinicNum, GROUP_CONCAT(DISTINCT State ORDER BY State DESC SEPARATOR '|') AS s, GROUP_CONCAT(PatNum ORDER BY PatNum DESC) AS p, GROUP_CONCAT(DISTINCT Gender ORDER BY Gender) AS g FROM patient WHERE PatNum<60 GROUP BY ClinicNum ORDER BY ClinicNum
### group_concat of several parts
SELECT PatNum, GROUP_CONCAT(ProcNum,':',ROUND(ProcFee,2) ORDER BY ProcNum SEPARATOR ' / ') FROM procedurelog WHERE PatNum<20 GROUP BY PatNum ORDER BY PatNum
### case in order by
SELECT PatNum, Gender FROM patient WHERE PatNum<30 ORDER BY CASE Gender WHEN 1 THEN 0 ELSE 1 END, PatNum
### nulls in order
SELECT PatNum, NULLIF(Gender,0) AS g FROM patient WHERE PatNum<20 ORDER BY g, PatNum
### exists in the list
SELECT PatNum, EXISTS(SELECT 1 FROM refattach r WHERE r.PatNum=p.PatNum) AS referred FROM patient p WHERE PatNum<60 ORDER BY PatNum
### a sub-query in from of a sub-query
SELECT AVG(n), MAX(n), MIN(n) FROM (SELECT COUNT(*) AS n FROM (SELECT DISTINCT PatNum, ProcDate FROM procedurelog) v GROUP BY PatNum) w
### schedules by hour
SELECT SchedDate, StartTime, StopTime, TIMEDIFF(StopTime,StartTime) AS len, HOUR(StartTime) FROM schedule ORDER BY ScheduleNum LIMIT 50
### hours of schedules
SELECT ProvNum, SUM(TIME_TO_SEC(StopTime)-TIME_TO_SEC(StartTime))/3600 AS hours, MIN(StartTime), MAX(StopTime), SEC_TO_TIME(SUM(TIME_TO_SEC(StartTime))) FROM schedule WHERE StopTime>StartTime GROUP BY ProvNum ORDER BY ProvNum
### show columns
SHOW COLUMNS FROM recalltype LIKE 'Desc%'
