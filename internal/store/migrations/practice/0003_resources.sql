-- The tables of the other resources of the Open Dental API and of what their actions write, with Open Dental's
-- names, column order and defaults. Amounts are DOUBLE as there; package dental reads them as whole cents.

-- adjustments of a balance
CREATE TABLE `adjustment` (
  `AdjNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `AdjDate` DATE NOT NULL DEFAULT '0001-01-01',
  `AdjAmt` DOUBLE NOT NULL DEFAULT 0,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `AdjType` BIGINT NOT NULL DEFAULT 0,
  `ProvNum` BIGINT NOT NULL DEFAULT 0,
  `AdjNote` TEXT,
  `ProcDate` DATE NOT NULL DEFAULT '0001-01-01',
  `ProcNum` BIGINT NOT NULL DEFAULT 0,
  `DateEntry` DATE NOT NULL DEFAULT '0001-01-01',
  `ClinicNum` BIGINT NOT NULL DEFAULT 0,
  `StatementNum` BIGINT NOT NULL DEFAULT 0,
  `SecUserNumEntry` BIGINT NOT NULL DEFAULT 0,
  `SecDateTEdit` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `TaxTransID` BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX `adjustment_PatNum` ON `adjustment` (`PatNum`);
CREATE INDEX `adjustment_ClinicNum` ON `adjustment` (`ClinicNum`);
CREATE INDEX `adjustment_StatementNum` ON `adjustment` (`StatementNum`);
CREATE INDEX `adjustment_ProvNum` ON `adjustment` (`ProvNum`);
CREATE INDEX `adjustment_SecUserNumEntry` ON `adjustment` (`SecUserNumEntry`);
CREATE INDEX `adjustment_ProcNum_AdjAmt` ON `adjustment` (`ProcNum`, `AdjAmt`);
CREATE INDEX `adjustment_AdjDate_PatNum` ON `adjustment` (`AdjDate`, `PatNum`);
CREATE INDEX `adjustment_TaxTransID` ON `adjustment` (`TaxTransID`);

-- allergy on a patient
CREATE TABLE `allergy` (
  `AllergyNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `AllergyDefNum` BIGINT NOT NULL DEFAULT 0,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `Reaction` VARCHAR(255) NOT NULL DEFAULT '',
  `StatusIsActive` TINYINT NOT NULL DEFAULT 0,
  `DateTStamp` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `DateAdverseReaction` DATE NOT NULL DEFAULT '0001-01-01',
  `SnomedReaction` VARCHAR(255) NOT NULL DEFAULT ''
);

CREATE INDEX `allergy_AllergyDefNum` ON `allergy` (`AllergyDefNum`);
CREATE INDEX `allergy_PatNum` ON `allergy` (`PatNum`);

-- allergy list
CREATE TABLE `allergydef` (
  `AllergyDefNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Description` VARCHAR(255) NOT NULL DEFAULT '',
  `IsHidden` TINYINT NOT NULL DEFAULT 0,
  `DateTStamp` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `SnomedType` TINYINT NOT NULL DEFAULT 0,
  `MedicationNum` BIGINT NOT NULL DEFAULT 0,
  `UniiCode` VARCHAR(255) NOT NULL DEFAULT '',
  `DescriptionFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL DEFAULT ''
);

CREATE INDEX `allergydef_MedicationNum` ON `allergydef` (`MedicationNum`);
CREATE INDEX `allergydef_DescriptionFold` ON `allergydef` (`DescriptionFold`);
CREATE INDEX `allergydef_DateTStamp` ON `allergydef` (`DateTStamp`);

-- API event subscriptions; the customer key is sealed, KeyNum is whose they are, and PlaceNum is the last
-- row that was delivered of those with the stamp DateTimeStart
CREATE TABLE `apisubscription` (
  `ApiSubscriptionNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `EndPointUrl` VARCHAR(255) NOT NULL DEFAULT '',
  `Workstation` VARCHAR(255) NOT NULL DEFAULT '',
  `CustomerKey` VARCHAR(255) NOT NULL DEFAULT '',
  `WatchTable` VARCHAR(255) NOT NULL DEFAULT '',
  `PollingSeconds` INT NOT NULL DEFAULT 0,
  `UiEventType` VARCHAR(255) NOT NULL DEFAULT '',
  `DateTimeStart` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `DateTimeStop` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `Note` VARCHAR(255) NOT NULL DEFAULT '',
  `KeyNum` BIGINT NOT NULL DEFAULT 0,
  `PlaceNum` BIGINT NOT NULL DEFAULT 0
);

-- appointments of all states
CREATE TABLE `appointment` (
  `AptNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `AptStatus` TINYINT NOT NULL DEFAULT 0,
  `Pattern` VARCHAR(255) NOT NULL DEFAULT '',
  `Confirmed` BIGINT NOT NULL DEFAULT 0,
  `TimeLocked` TINYINT NOT NULL DEFAULT 0,
  `Op` BIGINT NOT NULL DEFAULT 0,
  `Note` TEXT,
  `ProvNum` BIGINT NOT NULL DEFAULT 0,
  `ProvHyg` BIGINT NOT NULL DEFAULT 0,
  `AptDateTime` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `NextAptNum` BIGINT NOT NULL DEFAULT 0,
  `UnschedStatus` BIGINT NOT NULL DEFAULT 0,
  `IsNewPatient` TINYINT NOT NULL DEFAULT 0,
  `ProcDescript` TEXT,
  `Assistant` BIGINT NOT NULL DEFAULT 0,
  `ClinicNum` BIGINT NOT NULL DEFAULT 0,
  `IsHygiene` TINYINT NOT NULL DEFAULT 0,
  `DateTStamp` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `DateTimeArrived` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `DateTimeSeated` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `DateTimeDismissed` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `InsPlan1` BIGINT NOT NULL DEFAULT 0,
  `InsPlan2` BIGINT NOT NULL DEFAULT 0,
  `DateTimeAskedToArrive` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `ProcsColored` TEXT,
  `ColorOverride` INT NOT NULL DEFAULT 0,
  `AppointmentTypeNum` BIGINT NOT NULL DEFAULT 0,
  `SecUserNumEntry` BIGINT NOT NULL DEFAULT 0,
  `SecDateTEntry` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `Priority` TINYINT NOT NULL DEFAULT 0,
  `ProvBarText` VARCHAR(60) NOT NULL DEFAULT '',
  `PatternSecondary` VARCHAR(255) NOT NULL DEFAULT '',
  `SecurityHash` VARCHAR(255) NOT NULL DEFAULT '',
  `ItemOrderPlanned` INT NOT NULL DEFAULT 0,
  `IsMirrored` TINYINT NOT NULL DEFAULT 0
);

CREATE INDEX `appointment_PatNum` ON `appointment` (`PatNum`);
CREATE INDEX `appointment_NextAptNum` ON `appointment` (`NextAptNum`);
CREATE INDEX `appointment_ProvNum` ON `appointment` (`ProvNum`);
CREATE INDEX `appointment_ProvHyg` ON `appointment` (`ProvHyg`);
-- holds all that the search for free time reads of an appointment
CREATE INDEX `appointment_AptDateTime_AptStatus_Op_ProvNum_Pattern` ON `appointment` (`AptDateTime`, `AptStatus`, `Op`, `ProvNum`, `Pattern`);
CREATE INDEX `appointment_InsPlan1` ON `appointment` (`InsPlan1`);
CREATE INDEX `appointment_InsPlan2` ON `appointment` (`InsPlan2`);
CREATE INDEX `appointment_DateTimeArrived` ON `appointment` (`DateTimeArrived`);
CREATE INDEX `appointment_AppointmentTypeNum` ON `appointment` (`AppointmentTypeNum`);
CREATE INDEX `appointment_Op` ON `appointment` (`Op`);
CREATE INDEX `appointment_SecUserNumEntry` ON `appointment` (`SecUserNumEntry`);
CREATE INDEX `appointment_AptStatus_AptDateTime_ClinicNum` ON `appointment` (`AptStatus`, `AptDateTime`, `ClinicNum`);
CREATE INDEX `appointment_Priority` ON `appointment` (`Priority`);
CREATE INDEX `appointment_UnschedStatus` ON `appointment` (`UnschedStatus`);
CREATE INDEX `appointment_ClinicNum` ON `appointment` (`ClinicNum`);
CREATE INDEX `appointment_DateTStamp` ON `appointment` (`DateTStamp`);

-- named appointment templates
CREATE TABLE `appointmenttype` (
  `AppointmentTypeNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `AppointmentTypeName` VARCHAR(255) NOT NULL DEFAULT '',
  `AppointmentTypeColor` INT NOT NULL DEFAULT 0,
  `ItemOrder` INT NOT NULL DEFAULT 0,
  `IsHidden` TINYINT NOT NULL DEFAULT 0,
  `Pattern` VARCHAR(255) NOT NULL DEFAULT '',
  `CodeStr` VARCHAR(4000) NOT NULL DEFAULT '',
  `CodeStrRequired` VARCHAR(4000) NOT NULL DEFAULT '',
  `RequiredProcCodesNeeded` TINYINT NOT NULL DEFAULT 0,
  `BlockoutTypes` VARCHAR(255) NOT NULL DEFAULT ''
);

-- custom value on appointment
CREATE TABLE `apptfield` (
  `ApptFieldNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `AptNum` BIGINT NOT NULL DEFAULT 0,
  `FieldName` VARCHAR(255) NOT NULL DEFAULT '',
  `FieldValue` TEXT
);

CREATE INDEX `apptfield_AptNum` ON `apptfield` (`AptNum`);

-- custom appointment field definitions
CREATE TABLE `apptfielddef` (
  `ApptFieldDefNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `FieldName` VARCHAR(255) NOT NULL DEFAULT '',
  `FieldType` TINYINT NOT NULL DEFAULT 0,
  `PickList` TEXT,
  `ItemOrder` INT NOT NULL DEFAULT 0,
  `FieldNameFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL DEFAULT ''
);

CREATE INDEX `apptfielddef_FieldNameFold` ON `apptfielddef` (`FieldNameFold`);

-- benefits of an insurance plan
CREATE TABLE `benefit` (
  `BenefitNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PlanNum` BIGINT NOT NULL DEFAULT 0,
  `PatPlanNum` BIGINT NOT NULL DEFAULT 0,
  `CovCatNum` BIGINT NOT NULL DEFAULT 0,
  `BenefitType` TINYINT NOT NULL DEFAULT 0,
  `Percent` TINYINT NOT NULL DEFAULT 0,
  `MonetaryAmt` DOUBLE NOT NULL DEFAULT 0,
  `TimePeriod` TINYINT NOT NULL DEFAULT 0,
  `QuantityQualifier` TINYINT NOT NULL DEFAULT 0,
  `Quantity` TINYINT NOT NULL DEFAULT 0,
  `CodeNum` BIGINT NOT NULL DEFAULT 0,
  `CoverageLevel` INT NOT NULL DEFAULT 0,
  `SecDateTEntry` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `SecDateTEdit` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `CodeGroupNum` BIGINT NOT NULL DEFAULT 0,
  `TreatArea` TINYINT NOT NULL DEFAULT 0,
  `ToothRange` VARCHAR(255) NOT NULL DEFAULT ''
);

CREATE INDEX `benefit_PlanNum` ON `benefit` (`PlanNum`);
CREATE INDEX `benefit_PatPlanNum` ON `benefit` (`PatPlanNum`);
CREATE INDEX `benefit_CovCatNum` ON `benefit` (`CovCatNum`);
CREATE INDEX `benefit_BenefitType` ON `benefit` (`BenefitType`);
CREATE INDEX `benefit_Percent` ON `benefit` (`Percent`);
CREATE INDEX `benefit_MonetaryAmt` ON `benefit` (`MonetaryAmt`);
CREATE INDEX `benefit_TimePeriod` ON `benefit` (`TimePeriod`);
CREATE INDEX `benefit_QuantityQualifier` ON `benefit` (`QuantityQualifier`);
CREATE INDEX `benefit_Quantity` ON `benefit` (`Quantity`);
CREATE INDEX `benefit_CodeNum` ON `benefit` (`CodeNum`);
CREATE INDEX `benefit_CoverageLevel` ON `benefit` (`CoverageLevel`);
CREATE INDEX `benefit_SecDateTEntry` ON `benefit` (`SecDateTEntry`);
CREATE INDEX `benefit_SecDateTEdit` ON `benefit` (`SecDateTEdit`);

-- insurance carrier
CREATE TABLE `carrier` (
  `CarrierNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `CarrierName` VARCHAR(255) NOT NULL DEFAULT '',
  `Address` VARCHAR(255) NOT NULL DEFAULT '',
  `Address2` VARCHAR(255) NOT NULL DEFAULT '',
  `City` VARCHAR(255) NOT NULL DEFAULT '',
  `State` VARCHAR(255) NOT NULL DEFAULT '',
  `Zip` VARCHAR(255) NOT NULL DEFAULT '',
  `Phone` VARCHAR(255) NOT NULL DEFAULT '',
  `ElectID` VARCHAR(255) NOT NULL DEFAULT '',
  `NoSendElect` TINYINT NOT NULL DEFAULT 0,
  `IsCDA` TINYINT NOT NULL DEFAULT 0,
  `CDAnetVersion` VARCHAR(100) NOT NULL DEFAULT '',
  `CanadianNetworkNum` BIGINT NOT NULL DEFAULT 0,
  `IsHidden` TINYINT NOT NULL DEFAULT 0,
  `CanadianEncryptionMethod` TINYINT NOT NULL DEFAULT 0,
  `CanadianSupportedTypes` INT NOT NULL DEFAULT 0,
  `SecUserNumEntry` BIGINT NOT NULL DEFAULT 0,
  `SecDateEntry` DATE NOT NULL DEFAULT '0001-01-01',
  `SecDateTEdit` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `TIN` VARCHAR(255) NOT NULL DEFAULT '',
  `CarrierGroupName` BIGINT NOT NULL DEFAULT 0,
  `ApptTextBackColor` INT NOT NULL DEFAULT 0,
  `IsCoinsuranceInverted` TINYINT NOT NULL DEFAULT 0,
  `TrustedEtransFlags` TINYINT NOT NULL DEFAULT 0,
  `CobInsPaidBehaviorOverride` TINYINT NOT NULL DEFAULT 0,
  `EraAutomationOverride` TINYINT NOT NULL DEFAULT 0,
  `OrthoInsPayConsolidate` TINYINT NOT NULL DEFAULT 0
);

CREATE INDEX `carrier_SecUserNumEntry` ON `carrier` (`SecUserNumEntry`);
CREATE INDEX `carrier_CarrierNum_CarrierName` ON `carrier` (`CarrierNum`, `CarrierName`);
CREATE INDEX `carrier_CanadianNetworkNum` ON `carrier` (`CanadianNetworkNum`);
CREATE INDEX `carrier_CarrierGroupName` ON `carrier` (`CarrierGroupName`);

-- claim header
CREATE TABLE `claim` (
  `ClaimNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `DateService` DATE NOT NULL DEFAULT '0001-01-01',
  `DateSent` DATE NOT NULL DEFAULT '0001-01-01',
  `ClaimStatus` CHAR(1) NOT NULL DEFAULT '',
  `DateReceived` DATE NOT NULL DEFAULT '0001-01-01',
  `PlanNum` BIGINT NOT NULL DEFAULT 0,
  `ProvTreat` BIGINT NOT NULL DEFAULT 0,
  `ClaimFee` DOUBLE NOT NULL DEFAULT 0,
  `InsPayEst` DOUBLE NOT NULL DEFAULT 0,
  `InsPayAmt` DOUBLE NOT NULL DEFAULT 0,
  `DedApplied` DOUBLE NOT NULL DEFAULT 0,
  `PreAuthString` VARCHAR(40) NOT NULL DEFAULT '',
  `IsProsthesis` CHAR(1) NOT NULL DEFAULT '',
  `PriorDate` DATE NOT NULL DEFAULT '0001-01-01',
  `ReasonUnderPaid` VARCHAR(255) NOT NULL DEFAULT '',
  `ClaimNote` VARCHAR(400) NOT NULL DEFAULT '',
  `ClaimType` VARCHAR(255) NOT NULL DEFAULT '',
  `ProvBill` BIGINT NOT NULL DEFAULT 0,
  `ReferringProv` BIGINT NOT NULL DEFAULT 0,
  `RefNumString` VARCHAR(40) NOT NULL DEFAULT '',
  `PlaceService` TINYINT NOT NULL DEFAULT 0,
  `AccidentRelated` CHAR(1) NOT NULL DEFAULT '',
  `AccidentDate` DATE NOT NULL DEFAULT '0001-01-01',
  `AccidentST` VARCHAR(2) NOT NULL DEFAULT '',
  `EmployRelated` TINYINT NOT NULL DEFAULT 0,
  `IsOrtho` TINYINT NOT NULL DEFAULT 0,
  `OrthoRemainM` TINYINT NOT NULL DEFAULT 0,
  `OrthoDate` DATE NOT NULL DEFAULT '0001-01-01',
  `PatRelat` TINYINT NOT NULL DEFAULT 0,
  `PlanNum2` BIGINT NOT NULL DEFAULT 0,
  `PatRelat2` TINYINT NOT NULL DEFAULT 0,
  `WriteOff` DOUBLE NOT NULL DEFAULT 0,
  `Radiographs` TINYINT NOT NULL DEFAULT 0,
  `ClinicNum` BIGINT NOT NULL DEFAULT 0,
  `ClaimForm` BIGINT NOT NULL DEFAULT 0,
  `AttachedImages` INT NOT NULL DEFAULT 0,
  `AttachedModels` INT NOT NULL DEFAULT 0,
  `AttachedFlags` VARCHAR(255) NOT NULL DEFAULT '',
  `AttachmentID` VARCHAR(255) NOT NULL DEFAULT '',
  `CanadianMaterialsForwarded` VARCHAR(10) NOT NULL DEFAULT '',
  `CanadianReferralProviderNum` VARCHAR(20) NOT NULL DEFAULT '',
  `CanadianReferralReason` TINYINT NOT NULL DEFAULT 0,
  `CanadianIsInitialLower` VARCHAR(5) NOT NULL DEFAULT '',
  `CanadianDateInitialLower` DATE NOT NULL DEFAULT '0001-01-01',
  `CanadianMandProsthMaterial` TINYINT NOT NULL DEFAULT 0,
  `CanadianIsInitialUpper` VARCHAR(5) NOT NULL DEFAULT '',
  `CanadianDateInitialUpper` DATE NOT NULL DEFAULT '0001-01-01',
  `CanadianMaxProsthMaterial` TINYINT NOT NULL DEFAULT 0,
  `InsSubNum` BIGINT NOT NULL DEFAULT 0,
  `InsSubNum2` BIGINT NOT NULL DEFAULT 0,
  `CanadaTransRefNum` VARCHAR(255) NOT NULL DEFAULT '',
  `CanadaEstTreatStartDate` DATE NOT NULL DEFAULT '0001-01-01',
  `CanadaInitialPayment` DOUBLE NOT NULL DEFAULT 0,
  `CanadaPaymentMode` TINYINT NOT NULL DEFAULT 0,
  `CanadaTreatDuration` TINYINT NOT NULL DEFAULT 0,
  `CanadaNumAnticipatedPayments` TINYINT NOT NULL DEFAULT 0,
  `CanadaAnticipatedPayAmount` DOUBLE NOT NULL DEFAULT 0,
  `PriorAuthorizationNumber` VARCHAR(255) NOT NULL DEFAULT '',
  `SpecialProgramCode` TINYINT NOT NULL DEFAULT 0,
  `UniformBillType` VARCHAR(255) NOT NULL DEFAULT '',
  `MedType` TINYINT NOT NULL DEFAULT 0,
  `AdmissionTypeCode` VARCHAR(255) NOT NULL DEFAULT '',
  `AdmissionSourceCode` VARCHAR(255) NOT NULL DEFAULT '',
  `PatientStatusCode` VARCHAR(255) NOT NULL DEFAULT '',
  `CustomTracking` BIGINT NOT NULL DEFAULT 0,
  `DateResent` DATE NOT NULL DEFAULT '0001-01-01',
  `CorrectionType` TINYINT NOT NULL DEFAULT 0,
  `ClaimIdentifier` VARCHAR(255) NOT NULL DEFAULT '',
  `OrigRefNum` VARCHAR(255) NOT NULL DEFAULT '',
  `ProvOrderOverride` BIGINT NOT NULL DEFAULT 0,
  `OrthoTotalM` TINYINT NOT NULL DEFAULT 0,
  `ShareOfCost` DOUBLE NOT NULL DEFAULT 0,
  `SecUserNumEntry` BIGINT NOT NULL DEFAULT 0,
  `SecDateEntry` DATE NOT NULL DEFAULT '0001-01-01',
  `SecDateTEdit` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `OrderingReferralNum` BIGINT NOT NULL DEFAULT 0,
  `DateSentOrig` DATE NOT NULL DEFAULT '0001-01-01',
  `DateIllnessInjuryPreg` DATE NOT NULL DEFAULT '0001-01-01',
  `DateIllnessInjuryPregQualifier` SMALLINT NOT NULL DEFAULT 0,
  `DateOther` DATE NOT NULL DEFAULT '0001-01-01',
  `DateOtherQualifier` SMALLINT NOT NULL DEFAULT 0,
  `IsOutsideLab` TINYINT NOT NULL DEFAULT 0,
  `SecurityHash` VARCHAR(255) NOT NULL DEFAULT '',
  `Narrative` TEXT
);

CREATE INDEX `claim_PatNum` ON `claim` (`PatNum`);
CREATE INDEX `claim_InsSubNum` ON `claim` (`InsSubNum`);
CREATE INDEX `claim_InsSubNum2` ON `claim` (`InsSubNum2`);
CREATE INDEX `claim_CustomTracking` ON `claim` (`CustomTracking`);
CREATE INDEX `claim_ProvOrderOverride` ON `claim` (`ProvOrderOverride`);
CREATE INDEX `claim_SecUserNumEntry` ON `claim` (`SecUserNumEntry`);
CREATE INDEX `claim_PlanNum_ClaimStatus_ClaimType` ON `claim` (`PlanNum`, `ClaimStatus`, `ClaimType`);
CREATE INDEX `claim_OrderingReferralNum` ON `claim` (`OrderingReferralNum`);
CREATE INDEX `claim_ProvBill` ON `claim` (`ProvBill`);
CREATE INDEX `claim_ProvTreat` ON `claim` (`ProvTreat`);
CREATE INDEX `claim_ClinicNum` ON `claim` (`ClinicNum`);

-- claim line / estimate / insurance adjustment
CREATE TABLE `claimproc` (
  `ClaimProcNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `ProcNum` BIGINT NOT NULL DEFAULT 0,
  `ClaimNum` BIGINT NOT NULL DEFAULT 0,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `ProvNum` BIGINT NOT NULL DEFAULT 0,
  `FeeBilled` DOUBLE NOT NULL DEFAULT 0,
  `InsPayEst` DOUBLE NOT NULL DEFAULT 0,
  `DedApplied` DOUBLE NOT NULL DEFAULT 0,
  `Status` TINYINT NOT NULL DEFAULT 0,
  `InsPayAmt` DOUBLE NOT NULL DEFAULT 0,
  `Remarks` VARCHAR(255) NOT NULL DEFAULT '',
  `ClaimPaymentNum` BIGINT NOT NULL DEFAULT 0,
  `PlanNum` BIGINT NOT NULL DEFAULT 0,
  `DateCP` DATE NOT NULL DEFAULT '0001-01-01',
  `WriteOff` DOUBLE NOT NULL DEFAULT 0,
  `CodeSent` VARCHAR(15) NOT NULL DEFAULT '',
  `AllowedOverride` DOUBLE NOT NULL DEFAULT 0,
  `Percentage` TINYINT NOT NULL DEFAULT -1,
  `PercentOverride` TINYINT NOT NULL DEFAULT -1,
  `CopayAmt` DOUBLE NOT NULL DEFAULT -1,
  `NoBillIns` TINYINT NOT NULL DEFAULT 0,
  `PaidOtherIns` DOUBLE NOT NULL DEFAULT -1,
  `BaseEst` DOUBLE NOT NULL DEFAULT 0,
  `CopayOverride` DOUBLE NOT NULL DEFAULT -1,
  `ProcDate` DATE NOT NULL DEFAULT '0001-01-01',
  `DateEntry` DATE NOT NULL DEFAULT '0001-01-01',
  `LineNumber` TINYINT NOT NULL DEFAULT 0,
  `DedEst` DOUBLE NOT NULL DEFAULT 0,
  `DedEstOverride` DOUBLE NOT NULL DEFAULT 0,
  `InsEstTotal` DOUBLE NOT NULL DEFAULT 0,
  `InsEstTotalOverride` DOUBLE NOT NULL DEFAULT 0,
  `PaidOtherInsOverride` DOUBLE NOT NULL DEFAULT 0,
  `EstimateNote` VARCHAR(255) NOT NULL DEFAULT '',
  `WriteOffEst` DOUBLE NOT NULL DEFAULT 0,
  `WriteOffEstOverride` DOUBLE NOT NULL DEFAULT 0,
  `ClinicNum` BIGINT NOT NULL DEFAULT 0,
  `InsSubNum` BIGINT NOT NULL DEFAULT 0,
  `PaymentRow` INT NOT NULL DEFAULT 0,
  `PayPlanNum` BIGINT NOT NULL DEFAULT 0,
  `ClaimPaymentTracking` BIGINT NOT NULL DEFAULT 0,
  `SecUserNumEntry` BIGINT NOT NULL DEFAULT 0,
  `SecDateEntry` DATE NOT NULL DEFAULT '0001-01-01',
  `SecDateTEdit` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `DateSuppReceived` DATE NOT NULL DEFAULT '0001-01-01',
  `DateInsFinalized` DATE NOT NULL DEFAULT '0001-01-01',
  `IsTransfer` TINYINT NOT NULL DEFAULT 0,
  `ClaimAdjReasonCodes` VARCHAR(255) NOT NULL DEFAULT '',
  `IsOverpay` TINYINT NOT NULL DEFAULT 0,
  `SecurityHash` VARCHAR(255) NOT NULL DEFAULT ''
);

CREATE INDEX `claimproc_PatNum` ON `claimproc` (`PatNum`);
CREATE INDEX `claimproc_PlanNum` ON `claimproc` (`PlanNum`);
CREATE INDEX `claimproc_ClinicNum` ON `claimproc` (`ClinicNum`);
CREATE INDEX `claimproc_PayPlanNum` ON `claimproc` (`PayPlanNum`);
CREATE INDEX `claimproc_ClaimPaymentNum_Status_InsPayAmt` ON `claimproc` (`ClaimPaymentNum`, `Status`, `InsPayAmt`);
CREATE INDEX `claimproc_ProvNum_ProcDate` ON `claimproc` (`ProvNum`, `ProcDate`);
CREATE INDEX `claimproc_ProvNum_DateCP` ON `claimproc` (`ProvNum`, `DateCP`);
CREATE INDEX `claimproc_ClaimPaymentTracking` ON `claimproc` (`ClaimPaymentTracking`);
CREATE INDEX `claimproc_SecUserNumEntry` ON `claimproc` (`SecUserNumEntry`);
CREATE INDEX `claimproc_ProcNum_PlanNum_Status` ON `claimproc` (`ProcNum`, `PlanNum`, `Status`);
CREATE INDEX `claimproc_DateCP` ON `claimproc` (`DateCP`);
CREATE INDEX `claimproc_DateSuppReceived` ON `claimproc` (`DateSuppReceived`);
CREATE INDEX `claimproc_Status_PatNum_DateCP` ON `claimproc` (`Status`, `PatNum`, `DateCP`);
CREATE INDEX `claimproc_InsSubNum_ProcNum_Status` ON `claimproc` (`InsSubNum`, `ProcNum`, `Status`);
CREATE INDEX `claimproc_ClaimNum_ClaimPaymentNum_InsPayAmt` ON `claimproc` (`ClaimNum`, `ClaimPaymentNum`, `InsPayAmt`);

-- history of the status of claims
CREATE TABLE `claimtracking` (
  `ClaimTrackingNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `ClaimNum` BIGINT NOT NULL DEFAULT 0,
  `TrackingType` VARCHAR(255) NOT NULL DEFAULT '',
  `UserNum` BIGINT NOT NULL DEFAULT 0,
  `DateTimeEntry` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `Note` TEXT,
  `TrackingDefNum` BIGINT NOT NULL DEFAULT 0,
  `TrackingErrorDefNum` BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX `claimtracking_ClaimNum` ON `claimtracking` (`ClaimNum`);
CREATE INDEX `claimtracking_UserNum` ON `claimtracking` (`UserNum`);
CREATE INDEX `claimtracking_TrackingDefNum` ON `claimtracking` (`TrackingDefNum`);
CREATE INDEX `claimtracking_TrackingErrorDefNum` ON `claimtracking` (`TrackingErrorDefNum`);

-- clearinghouses that claims go through
CREATE TABLE `clearinghouse` (
  `ClearinghouseNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Description` VARCHAR(255) NOT NULL DEFAULT '',
  `ExportPath` TEXT,
  `Payors` TEXT,
  `Eformat` TINYINT NOT NULL DEFAULT 0,
  `ISA05` VARCHAR(255) NOT NULL DEFAULT '',
  `SenderTIN` VARCHAR(255) NOT NULL DEFAULT '',
  `ISA07` VARCHAR(255) NOT NULL DEFAULT '',
  `ISA08` VARCHAR(255) NOT NULL DEFAULT '',
  `ISA15` VARCHAR(255) NOT NULL DEFAULT '',
  `Password` VARCHAR(255) NOT NULL DEFAULT '',
  `ResponsePath` VARCHAR(255) NOT NULL DEFAULT '',
  `CommBridge` TINYINT NOT NULL DEFAULT 0,
  `ClientProgram` VARCHAR(255) NOT NULL DEFAULT '',
  `LastBatchNumber` SMALLINT NOT NULL DEFAULT 0,
  `ModemPort` TINYINT NOT NULL DEFAULT 0,
  `LoginID` VARCHAR(255) NOT NULL DEFAULT '',
  `SenderName` VARCHAR(255) NOT NULL DEFAULT '',
  `SenderTelephone` VARCHAR(255) NOT NULL DEFAULT '',
  `GS03` VARCHAR(255) NOT NULL DEFAULT '',
  `ISA02` VARCHAR(10) NOT NULL DEFAULT '',
  `ISA04` VARCHAR(10) NOT NULL DEFAULT '',
  `ISA16` VARCHAR(2) NOT NULL DEFAULT '',
  `SeparatorData` VARCHAR(2) NOT NULL DEFAULT '',
  `SeparatorSegment` VARCHAR(2) NOT NULL DEFAULT '',
  `ClinicNum` BIGINT NOT NULL DEFAULT 0,
  `HqClearinghouseNum` BIGINT NOT NULL DEFAULT 0,
  `IsEraDownloadAllowed` TINYINT NOT NULL DEFAULT 2,
  `IsClaimExportAllowed` TINYINT NOT NULL DEFAULT 1,
  `IsAttachmentSendAllowed` TINYINT NOT NULL DEFAULT 0,
  `LocationID` VARCHAR(255) NOT NULL DEFAULT '',
  `EnableXConnect` TINYINT NOT NULL DEFAULT 0
);

CREATE INDEX `clearinghouse_ClinicNum` ON `clearinghouse` (`ClinicNum`);
CREATE INDEX `clearinghouse_HqClearinghouseNum` ON `clearinghouse` (`HqClearinghouseNum`);

-- per-clinic preference override
CREATE TABLE `clinicpref` (
  `ClinicPrefNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `ClinicNum` BIGINT NOT NULL DEFAULT 0,
  `PrefName` VARCHAR(255) NOT NULL DEFAULT '',
  `ValueString` TEXT
);

CREATE INDEX `clinicpref_ClinicNum` ON `clinicpref` (`ClinicNum`);

-- communication log
CREATE TABLE `commlog` (
  `CommlogNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `CommDateTime` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `CommType` BIGINT NOT NULL DEFAULT 0,
  `Note` TEXT,
  `Mode_` TINYINT NOT NULL DEFAULT 0,
  `SentOrReceived` TINYINT NOT NULL DEFAULT 0,
  `UserNum` BIGINT NOT NULL DEFAULT 0,
  `Signature` TEXT,
  `SigIsTopaz` TINYINT NOT NULL DEFAULT 0,
  `DateTStamp` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `DateTimeEnd` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `CommSource` TINYINT NOT NULL DEFAULT 0,
  `ProgramNum` BIGINT NOT NULL DEFAULT 0,
  `DateTEntry` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `ReferralNum` BIGINT NOT NULL DEFAULT 0,
  `CommReferralBehavior` TINYINT NOT NULL DEFAULT 0
);

CREATE INDEX `commlog_CommDateTime` ON `commlog` (`CommDateTime`);
CREATE INDEX `commlog_CommType` ON `commlog` (`CommType`);
CREATE INDEX `commlog_ProgramNum` ON `commlog` (`ProgramNum`);
CREATE INDEX `commlog_PatNum_CommDateTime_CommType` ON `commlog` (`PatNum`, `CommDateTime`, `CommType`);
CREATE INDEX `commlog_UserNum` ON `commlog` (`UserNum`);
CREATE INDEX `commlog_DateTStamp` ON `commlog` (`DateTStamp`);

-- attaches a definition to another object
CREATE TABLE `deflink` (
  `DefLinkNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `DefNum` BIGINT NOT NULL DEFAULT 0,
  `FKey` BIGINT NOT NULL DEFAULT 0,
  `LinkType` TINYINT NOT NULL DEFAULT 0
);

CREATE INDEX `deflink_DefNum` ON `deflink` (`DefNum`);
CREATE INDEX `deflink_FKey` ON `deflink` (`FKey`);

-- in-office discount plans
CREATE TABLE `discountplan` (
  `DiscountPlanNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Description` VARCHAR(255) NOT NULL DEFAULT '',
  `FeeSchedNum` BIGINT NOT NULL DEFAULT 0,
  `DefNum` BIGINT NOT NULL DEFAULT 0,
  `IsHidden` TINYINT NOT NULL DEFAULT 0,
  `PlanNote` TEXT,
  `ExamFreqLimit` INT NOT NULL DEFAULT 0,
  `XrayFreqLimit` INT NOT NULL DEFAULT 0,
  `ProphyFreqLimit` INT NOT NULL DEFAULT 0,
  `FluorideFreqLimit` INT NOT NULL DEFAULT 0,
  `PerioFreqLimit` INT NOT NULL DEFAULT 0,
  `LimitedExamFreqLimit` INT NOT NULL DEFAULT 0,
  `PAFreqLimit` INT NOT NULL DEFAULT 0,
  `AnnualMax` DOUBLE NOT NULL DEFAULT -1
);

CREATE INDEX `discountplan_FeeSchedNum` ON `discountplan` (`FeeSchedNum`);
CREATE INDEX `discountplan_DefNum` ON `discountplan` (`DefNum`);

-- patient subscription to a discount plan
CREATE TABLE `discountplansub` (
  `DiscountSubNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `DiscountPlanNum` BIGINT NOT NULL DEFAULT 0,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `DateEffective` DATE NOT NULL DEFAULT '0001-01-01',
  `DateTerm` DATE NOT NULL DEFAULT '0001-01-01',
  `SubNote` TEXT
);

CREATE INDEX `discountplansub_DiscountPlanNum` ON `discountplansub` (`DiscountPlanNum`);
CREATE INDEX `discountplansub_PatNum` ON `discountplansub` (`PatNum`);

-- problem on a patient
CREATE TABLE `disease` (
  `DiseaseNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `DiseaseDefNum` BIGINT NOT NULL DEFAULT 0,
  `PatNote` TEXT,
  `DateTStamp` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `ProbStatus` TINYINT NOT NULL DEFAULT 0,
  `DateStart` DATE NOT NULL DEFAULT '0001-01-01',
  `DateStop` DATE NOT NULL DEFAULT '0001-01-01',
  `SnomedProblemType` VARCHAR(255) NOT NULL DEFAULT '',
  `FunctionStatus` TINYINT NOT NULL DEFAULT 0
);

CREATE INDEX `disease_PatNum` ON `disease` (`PatNum`);

-- problem list
CREATE TABLE `diseasedef` (
  `DiseaseDefNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `DiseaseName` VARCHAR(255) NOT NULL DEFAULT '',
  `ItemOrder` SMALLINT NOT NULL DEFAULT 0,
  `IsHidden` TINYINT NOT NULL DEFAULT 0,
  `DateTStamp` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `ICD9Code` VARCHAR(255) NOT NULL DEFAULT '',
  `SnomedCode` VARCHAR(255) NOT NULL DEFAULT '',
  `Icd10Code` VARCHAR(255) NOT NULL DEFAULT '',
  `DiseaseNameFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL DEFAULT ''
);

CREATE INDEX `diseasedef_ICD9Code` ON `diseasedef` (`ICD9Code`);
CREATE INDEX `diseasedef_SnomedCode` ON `diseasedef` (`SnomedCode`);
CREATE INDEX `diseasedef_Icd10Code` ON `diseasedef` (`Icd10Code`);
CREATE INDEX `diseasedef_DiseaseNameFold` ON `diseasedef` (`DiseaseNameFold`);
CREATE INDEX `diseasedef_DateTStamp` ON `diseasedef` (`DateTStamp`);

-- e-mail accounts
CREATE TABLE `emailaddress` (
  `EmailAddressNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `SMTPserver` VARCHAR(255) NOT NULL DEFAULT '',
  `EmailUsername` VARCHAR(255) NOT NULL DEFAULT '',
  `EmailPassword` VARCHAR(255) NOT NULL DEFAULT '',
  `ServerPort` INT NOT NULL DEFAULT 0,
  `UseSSL` TINYINT NOT NULL DEFAULT 0,
  `SenderAddress` VARCHAR(255) NOT NULL DEFAULT '',
  `Pop3ServerIncoming` VARCHAR(255) NOT NULL DEFAULT '',
  `ServerPortIncoming` INT NOT NULL DEFAULT 0,
  `UserNum` BIGINT NOT NULL DEFAULT 0,
  `AccessToken` VARCHAR(2000) NOT NULL DEFAULT '',
  `RefreshToken` TEXT,
  `DownloadInbox` TINYINT NOT NULL DEFAULT 0,
  `QueryString` VARCHAR(1000) NOT NULL DEFAULT '',
  `AuthenticationType` TINYINT NOT NULL DEFAULT 0
);

CREATE INDEX `emailaddress_UserNum` ON `emailaddress` (`UserNum`);

-- employees
CREATE TABLE `employee` (
  `EmployeeNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `LName` VARCHAR(255) NOT NULL DEFAULT '',
  `FName` VARCHAR(255) NOT NULL DEFAULT '',
  `MiddleI` VARCHAR(255) NOT NULL DEFAULT '',
  `IsHidden` TINYINT NOT NULL DEFAULT 0,
  `ClockStatus` VARCHAR(255) NOT NULL DEFAULT '',
  `PhoneExt` INT NOT NULL DEFAULT 0,
  `PayrollID` VARCHAR(255) NOT NULL DEFAULT '',
  `WirelessPhone` VARCHAR(255) NOT NULL DEFAULT '',
  `EmailWork` VARCHAR(255) NOT NULL DEFAULT '',
  `EmailPersonal` VARCHAR(255) NOT NULL DEFAULT '',
  `IsFurloughed` TINYINT NOT NULL DEFAULT 0,
  `IsWorkingHome` TINYINT NOT NULL DEFAULT 0,
  `ReportsTo` BIGINT NOT NULL DEFAULT 0
);

-- log of eService actions
CREATE TABLE `eservicelog` (
  `EServiceLogNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `LogDateTime` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `EServiceType` TINYINT NOT NULL DEFAULT 0,
  `EServiceAction` SMALLINT NOT NULL DEFAULT 0,
  `KeyType` SMALLINT NOT NULL DEFAULT 0,
  `LogGuid` VARCHAR(36) NOT NULL DEFAULT '',
  `ClinicNum` BIGINT NOT NULL DEFAULT 0,
  `FKey` BIGINT NOT NULL DEFAULT 0,
  `DateTimeUploaded` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `Note` VARCHAR(255) NOT NULL DEFAULT ''
);

CREATE INDEX `eservicelog_FKey` ON `eservicelog` (`FKey`);
CREATE INDEX `eservicelog_PatNum` ON `eservicelog` (`PatNum`);
CREATE INDEX `eservicelog_LogDateTime_ClinicNum` ON `eservicelog` (`LogDateTime`, `ClinicNum`);

-- electronic transactions
CREATE TABLE `etrans` (
  `EtransNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `DateTimeTrans` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `ClearingHouseNum` BIGINT NOT NULL DEFAULT 0,
  `Etype` TINYINT NOT NULL DEFAULT 0,
  `ClaimNum` BIGINT NOT NULL DEFAULT 0,
  `OfficeSequenceNumber` INT NOT NULL DEFAULT 0,
  `CarrierTransCounter` INT NOT NULL DEFAULT 0,
  `CarrierTransCounter2` INT NOT NULL DEFAULT 0,
  `CarrierNum` BIGINT NOT NULL DEFAULT 0,
  `CarrierNum2` BIGINT NOT NULL DEFAULT 0,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `BatchNumber` INT NOT NULL DEFAULT 0,
  `AckCode` VARCHAR(255) NOT NULL DEFAULT '',
  `TransSetNum` INT NOT NULL DEFAULT 0,
  `Note` TEXT,
  `EtransMessageTextNum` BIGINT NOT NULL DEFAULT 0,
  `AckEtransNum` BIGINT NOT NULL DEFAULT 0,
  `PlanNum` BIGINT NOT NULL DEFAULT 0,
  `InsSubNum` BIGINT NOT NULL DEFAULT 0,
  `TranSetId835` VARCHAR(255) NOT NULL DEFAULT '',
  `CarrierNameRaw` VARCHAR(60) NOT NULL DEFAULT '',
  `PatientNameRaw` VARCHAR(133) NOT NULL DEFAULT '',
  `UserNum` BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX `etrans_ClaimNum` ON `etrans` (`ClaimNum`);
CREATE INDEX `etrans_CarrierNum` ON `etrans` (`CarrierNum`);
CREATE INDEX `etrans_CarrierNum2` ON `etrans` (`CarrierNum2`);
CREATE INDEX `etrans_PlanNum` ON `etrans` (`PlanNum`);
CREATE INDEX `etrans_InsSubNum` ON `etrans` (`InsSubNum`);
CREATE INDEX `etrans_EtransMessageTextNum` ON `etrans` (`EtransMessageTextNum`);
CREATE INDEX `etrans_UserNum` ON `etrans` (`UserNum`);
CREATE INDEX `etrans_Etype_DateTimeTrans` ON `etrans` (`Etype`, `DateTimeTrans`);
CREATE INDEX `etrans_ClearingHouseNum` ON `etrans` (`ClearingHouseNum`);
CREATE INDEX `etrans_PatNum` ON `etrans` (`PatNum`);
CREATE INDEX `etrans_AckEtransNum` ON `etrans` (`AckEtransNum`);

-- raw message of etrans
CREATE TABLE `etransmessagetext` (
  `EtransMessageTextNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `MessageText` MEDIUMTEXT
);

-- fee per schedule and code
CREATE TABLE `fee` (
  `FeeNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Amount` DOUBLE NOT NULL DEFAULT 0,
  `OldCode` VARCHAR(15) NOT NULL DEFAULT '',
  `FeeSched` BIGINT NOT NULL DEFAULT 0,
  `UseDefaultFee` TINYINT NOT NULL DEFAULT 0,
  `UseDefaultCov` TINYINT NOT NULL DEFAULT 0,
  `CodeNum` BIGINT NOT NULL DEFAULT 0,
  `ClinicNum` BIGINT NOT NULL DEFAULT 0,
  `ProvNum` BIGINT NOT NULL DEFAULT 0,
  `SecUserNumEntry` BIGINT NOT NULL DEFAULT 0,
  `SecDateEntry` DATE NOT NULL DEFAULT '0001-01-01',
  `SecDateTEdit` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `DateEffective` DATE NOT NULL DEFAULT '0001-01-01'
);

CREATE INDEX `fee_OldCode` ON `fee` (`OldCode`);
CREATE INDEX `fee_FeeSched` ON `fee` (`FeeSched`);
CREATE INDEX `fee_CodeNum` ON `fee` (`CodeNum`);
CREATE INDEX `fee_SecUserNumEntry` ON `fee` (`SecUserNumEntry`);
CREATE INDEX `fee_ClinicNum` ON `fee` (`ClinicNum`);
CREATE INDEX `fee_ProvNum` ON `fee` (`ProvNum`);

-- append-only copies of appointment
CREATE TABLE `histappointment` (
  `HistApptNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `HistUserNum` BIGINT NOT NULL DEFAULT 0,
  `HistDateTStamp` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `HistApptAction` TINYINT NOT NULL DEFAULT 0,
  `ApptSource` TINYINT NOT NULL DEFAULT 0,
  `AptNum` BIGINT NOT NULL DEFAULT 0,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `AptStatus` TINYINT NOT NULL DEFAULT 0,
  `Pattern` VARCHAR(255) NOT NULL DEFAULT '',
  `Confirmed` BIGINT NOT NULL DEFAULT 0,
  `TimeLocked` TINYINT NOT NULL DEFAULT 0,
  `Op` BIGINT NOT NULL DEFAULT 0,
  `Note` TEXT,
  `ProvNum` BIGINT NOT NULL DEFAULT 0,
  `ProvHyg` BIGINT NOT NULL DEFAULT 0,
  `AptDateTime` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `NextAptNum` BIGINT NOT NULL DEFAULT 0,
  `UnschedStatus` BIGINT NOT NULL DEFAULT 0,
  `IsNewPatient` TINYINT NOT NULL DEFAULT 0,
  `ProcDescript` TEXT,
  `Assistant` BIGINT NOT NULL DEFAULT 0,
  `ClinicNum` BIGINT NOT NULL DEFAULT 0,
  `IsHygiene` TINYINT NOT NULL DEFAULT 0,
  `DateTStamp` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `DateTimeArrived` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `DateTimeSeated` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `DateTimeDismissed` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `InsPlan1` BIGINT NOT NULL DEFAULT 0,
  `InsPlan2` BIGINT NOT NULL DEFAULT 0,
  `DateTimeAskedToArrive` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `ProcsColored` TEXT,
  `ColorOverride` INT NOT NULL DEFAULT 0,
  `AppointmentTypeNum` BIGINT NOT NULL DEFAULT 0,
  `SecUserNumEntry` BIGINT NOT NULL DEFAULT 0,
  `SecDateTEntry` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `Priority` TINYINT NOT NULL DEFAULT 0,
  `ProvBarText` VARCHAR(60) NOT NULL DEFAULT '',
  `PatternSecondary` VARCHAR(255) NOT NULL DEFAULT '',
  `SecurityHash` VARCHAR(255) NOT NULL DEFAULT '',
  `ItemOrderPlanned` INT NOT NULL DEFAULT 0,
  `IsMirrored` TINYINT NOT NULL DEFAULT 0
);

CREATE INDEX `histappointment_HistUserNum` ON `histappointment` (`HistUserNum`);
CREATE INDEX `histappointment_AptNum` ON `histappointment` (`AptNum`);
CREATE INDEX `histappointment_PatNum` ON `histappointment` (`PatNum`);
CREATE INDEX `histappointment_Confirmed` ON `histappointment` (`Confirmed`);
CREATE INDEX `histappointment_Op` ON `histappointment` (`Op`);
CREATE INDEX `histappointment_ProvNum` ON `histappointment` (`ProvNum`);
CREATE INDEX `histappointment_ProvHyg` ON `histappointment` (`ProvHyg`);
CREATE INDEX `histappointment_NextAptNum` ON `histappointment` (`NextAptNum`);
CREATE INDEX `histappointment_UnschedStatus` ON `histappointment` (`UnschedStatus`);
CREATE INDEX `histappointment_Assistant` ON `histappointment` (`Assistant`);
CREATE INDEX `histappointment_ClinicNum` ON `histappointment` (`ClinicNum`);
CREATE INDEX `histappointment_InsPlan1` ON `histappointment` (`InsPlan1`);
CREATE INDEX `histappointment_InsPlan2` ON `histappointment` (`InsPlan2`);
CREATE INDEX `histappointment_AppointmentTypeNum` ON `histappointment` (`AppointmentTypeNum`);
CREATE INDEX `histappointment_SecUserNumEntry` ON `histappointment` (`SecUserNumEntry`);

-- changes of coverage
CREATE TABLE `inseditpatlog` (
  `InsEditPatLogNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `FKey` BIGINT NOT NULL DEFAULT 0,
  `LogType` TINYINT NOT NULL DEFAULT 0,
  `FieldName` VARCHAR(255) NOT NULL DEFAULT '',
  `OldValue` VARCHAR(255) NOT NULL DEFAULT '',
  `NewValue` VARCHAR(255) NOT NULL DEFAULT '',
  `UserNum` BIGINT NOT NULL DEFAULT 0,
  `DateTStamp` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `ParentKey` BIGINT NOT NULL DEFAULT 0,
  `Description` VARCHAR(255) NOT NULL DEFAULT ''
);

CREATE INDEX `inseditpatlog_FKey_LogType` ON `inseditpatlog` (`FKey`, `LogType`);
CREATE INDEX `inseditpatlog_UserNum` ON `inseditpatlog` (`UserNum`);
CREATE INDEX `inseditpatlog_ParentKey` ON `inseditpatlog` (`ParentKey`);

-- insurance plan
CREATE TABLE `insplan` (
  `PlanNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `GroupName` VARCHAR(50) NOT NULL DEFAULT '',
  `GroupNum` VARCHAR(50) NOT NULL DEFAULT '',
  `PlanNote` TEXT,
  `FeeSched` BIGINT NOT NULL DEFAULT 0,
  `PlanType` CHAR(1) NOT NULL DEFAULT '',
  `ClaimFormNum` BIGINT NOT NULL DEFAULT 0,
  `UseAltCode` TINYINT NOT NULL DEFAULT 0,
  `ClaimsUseUCR` TINYINT NOT NULL DEFAULT 0,
  `CopayFeeSched` BIGINT NOT NULL DEFAULT 0,
  `EmployerNum` BIGINT NOT NULL DEFAULT 0,
  `CarrierNum` BIGINT NOT NULL DEFAULT 0,
  `AllowedFeeSched` BIGINT NOT NULL DEFAULT 0,
  `TrojanID` VARCHAR(100) NOT NULL DEFAULT '',
  `DivisionNo` VARCHAR(255) NOT NULL DEFAULT '',
  `IsMedical` TINYINT NOT NULL DEFAULT 0,
  `FilingCode` BIGINT NOT NULL DEFAULT 0,
  `DentaideCardSequence` TINYINT NOT NULL DEFAULT 0,
  `ShowBaseUnits` TINYINT NOT NULL DEFAULT 0,
  `CodeSubstNone` TINYINT NOT NULL DEFAULT 0,
  `IsHidden` TINYINT NOT NULL DEFAULT 0,
  `MonthRenew` TINYINT NOT NULL DEFAULT 0,
  `FilingCodeSubtype` BIGINT NOT NULL DEFAULT 0,
  `CanadianPlanFlag` VARCHAR(5) NOT NULL DEFAULT '',
  `CanadianDiagnosticCode` VARCHAR(255) NOT NULL DEFAULT '',
  `CanadianInstitutionCode` VARCHAR(255) NOT NULL DEFAULT '',
  `RxBIN` VARCHAR(255) NOT NULL DEFAULT '',
  `CobRule` TINYINT NOT NULL DEFAULT 0,
  `SopCode` VARCHAR(255) NOT NULL DEFAULT '',
  `SecUserNumEntry` BIGINT NOT NULL DEFAULT 0,
  `SecDateEntry` DATE NOT NULL DEFAULT '0001-01-01',
  `SecDateTEdit` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `HideFromVerifyList` TINYINT NOT NULL DEFAULT 0,
  `OrthoType` TINYINT NOT NULL DEFAULT 0,
  `OrthoAutoProcFreq` TINYINT NOT NULL DEFAULT 0,
  `OrthoAutoProcCodeNumOverride` BIGINT NOT NULL DEFAULT 0,
  `OrthoAutoFeeBilled` DOUBLE NOT NULL DEFAULT 0,
  `OrthoAutoClaimDaysWait` INT NOT NULL DEFAULT 0,
  `BillingType` BIGINT NOT NULL DEFAULT 0,
  `HasPpoSubstWriteoffs` TINYINT NOT NULL DEFAULT 0,
  `ExclusionFeeRule` TINYINT NOT NULL DEFAULT 0,
  `ManualFeeSchedNum` BIGINT NOT NULL DEFAULT 0,
  `IsBlueBookEnabled` TINYINT NOT NULL DEFAULT 1,
  `InsPlansZeroWriteOffsOnAnnualMaxOverride` TINYINT NOT NULL DEFAULT 0,
  `InsPlansZeroWriteOffsOnFreqOrAgingOverride` TINYINT NOT NULL DEFAULT 0,
  `PerVisitPatAmount` DOUBLE NOT NULL DEFAULT 0,
  `PerVisitInsAmount` DOUBLE NOT NULL DEFAULT 0
);

CREATE INDEX `insplan_FilingCodeSubtype` ON `insplan` (`FilingCodeSubtype`);
CREATE INDEX `insplan_TrojanID` ON `insplan` (`TrojanID`);
CREATE INDEX `insplan_SecUserNumEntry` ON `insplan` (`SecUserNumEntry`);
CREATE INDEX `insplan_CarrierNum_PlanNum` ON `insplan` (`CarrierNum`, `PlanNum`);
CREATE INDEX `insplan_OrthoAutoProcCodeNumOverride` ON `insplan` (`OrthoAutoProcCodeNumOverride`);
CREATE INDEX `insplan_BillingType` ON `insplan` (`BillingType`);
CREATE INDEX `insplan_FeeSched` ON `insplan` (`FeeSched`);
CREATE INDEX `insplan_CopayFeeSched` ON `insplan` (`CopayFeeSched`);
CREATE INDEX `insplan_ManualFeeSchedNum` ON `insplan` (`ManualFeeSchedNum`);

-- current verification state per plan or patplan
CREATE TABLE `insverify` (
  `InsVerifyNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `DateLastVerified` DATE NOT NULL DEFAULT '0001-01-01',
  `UserNum` BIGINT NOT NULL DEFAULT 0,
  `VerifyType` TINYINT NOT NULL DEFAULT 0,
  `FKey` BIGINT NOT NULL DEFAULT 0,
  `DefNum` BIGINT NOT NULL DEFAULT 0,
  `Note` TEXT,
  `DateLastAssigned` DATE NOT NULL DEFAULT '0001-01-01',
  `DateTimeEntry` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `HoursAvailableForVerification` DOUBLE NOT NULL DEFAULT 0,
  `SecDateTEdit` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `SecurityHash` VARCHAR(255) NOT NULL DEFAULT ''
);

CREATE INDEX `insverify_UserNum` ON `insverify` (`UserNum`);
CREATE INDEX `insverify_FKey` ON `insverify` (`FKey`);
CREATE INDEX `insverify_DefNum` ON `insverify` (`DefNum`);
CREATE INDEX `insverify_VerifyType` ON `insverify` (`VerifyType`);
CREATE INDEX `insverify_SecDateTEdit` ON `insverify` (`SecDateTEdit`);
CREATE INDEX `insverify_DateTimeEntry` ON `insverify` (`DateTimeEntry`);

-- append-only copies of insverify
CREATE TABLE `insverifyhist` (
  `InsVerifyHistNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `InsVerifyNum` BIGINT NOT NULL DEFAULT 0,
  `DateLastVerified` DATE NOT NULL DEFAULT '0001-01-01',
  `UserNum` BIGINT NOT NULL DEFAULT 0,
  `VerifyType` TINYINT NOT NULL DEFAULT 0,
  `FKey` BIGINT NOT NULL DEFAULT 0,
  `DefNum` BIGINT NOT NULL DEFAULT 0,
  `Note` TEXT,
  `DateLastAssigned` DATE NOT NULL DEFAULT '0001-01-01',
  `DateTimeEntry` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `HoursAvailableForVerification` DOUBLE NOT NULL DEFAULT 0,
  `VerifyUserNum` BIGINT NOT NULL DEFAULT 0,
  `SecDateTEdit` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `SecurityHash` VARCHAR(255) NOT NULL DEFAULT ''
);

CREATE INDEX `insverifyhist_InsVerifyNum` ON `insverifyhist` (`InsVerifyNum`);
CREATE INDEX `insverifyhist_UserNum` ON `insverifyhist` (`UserNum`);
CREATE INDEX `insverifyhist_FKey` ON `insverifyhist` (`FKey`);
CREATE INDEX `insverifyhist_DefNum` ON `insverifyhist` (`DefNum`);
CREATE INDEX `insverifyhist_VerifyUserNum` ON `insverifyhist` (`VerifyUserNum`);
CREATE INDEX `insverifyhist_SecDateTEdit` ON `insverifyhist` (`SecDateTEdit`);

-- medication list
CREATE TABLE `medication` (
  `MedicationNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `MedName` VARCHAR(255) NOT NULL DEFAULT '',
  `GenericNum` BIGINT NOT NULL DEFAULT 0,
  `Notes` TEXT,
  `DateTStamp` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `RxCui` BIGINT NOT NULL DEFAULT 0,
  `IsHidden` TINYINT NOT NULL DEFAULT 0,
  `MedNameFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL DEFAULT ''
);

CREATE INDEX `medication_RxCui` ON `medication` (`RxCui`);
CREATE INDEX `medication_MedNameFold` ON `medication` (`MedNameFold`);
CREATE INDEX `medication_DateTStamp` ON `medication` (`DateTStamp`);

-- medication on a patient
CREATE TABLE `medicationpat` (
  `MedicationPatNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `MedicationNum` BIGINT NOT NULL DEFAULT 0,
  `PatNote` TEXT,
  `DateTStamp` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `DateStart` DATE NOT NULL DEFAULT '0001-01-01',
  `DateStop` DATE NOT NULL DEFAULT '0001-01-01',
  `ProvNum` BIGINT NOT NULL DEFAULT 0,
  `MedDescript` VARCHAR(255) NOT NULL DEFAULT '',
  `RxCui` BIGINT NOT NULL DEFAULT 0,
  `ErxGuid` VARCHAR(255) NOT NULL DEFAULT '',
  `IsCpoe` TINYINT NOT NULL DEFAULT 0
);

CREATE INDEX `medicationpat_ProvNum` ON `medicationpat` (`ProvNum`);
CREATE INDEX `medicationpat_PatNum` ON `medicationpat` (`PatNum`);
CREATE INDEX `medicationpat_RxCui` ON `medicationpat` (`RxCui`);

-- chairs / columns
CREATE TABLE `operatory` (
  `OperatoryNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `OpName` VARCHAR(255) NOT NULL DEFAULT '',
  `Abbrev` VARCHAR(255) NOT NULL DEFAULT '',
  `ItemOrder` SMALLINT NOT NULL DEFAULT 0,
  `IsHidden` TINYINT NOT NULL DEFAULT 0,
  `ProvDentist` BIGINT NOT NULL DEFAULT 0,
  `ProvHygienist` BIGINT NOT NULL DEFAULT 0,
  `IsHygiene` TINYINT NOT NULL DEFAULT 0,
  `ClinicNum` BIGINT NOT NULL DEFAULT 0,
  `DateTStamp` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `SetProspective` TINYINT NOT NULL DEFAULT 0,
  `IsWebSched` TINYINT NOT NULL DEFAULT 0,
  `IsNewPatAppt` TINYINT NOT NULL DEFAULT 0,
  `OperatoryType` BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX `operatory_ProvDentist` ON `operatory` (`ProvDentist`);
CREATE INDEX `operatory_ProvHygienist` ON `operatory` (`ProvHygienist`);
CREATE INDEX `operatory_ClinicNum` ON `operatory` (`ClinicNum`);

-- custom value on patient
CREATE TABLE `patfield` (
  `PatFieldNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `FieldName` VARCHAR(255) NOT NULL DEFAULT '',
  `FieldValue` TEXT,
  `SecUserNumEntry` BIGINT NOT NULL DEFAULT 0,
  `SecDateEntry` DATE NOT NULL DEFAULT '0001-01-01',
  `SecDateTEdit` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

CREATE INDEX `patfield_PatNum` ON `patfield` (`PatNum`);
CREATE INDEX `patfield_SecDateTEdit` ON `patfield` (`SecDateTEdit`);
CREATE INDEX `patfield_SecUserNumEntry` ON `patfield` (`SecUserNumEntry`);

-- custom patient field definitions
CREATE TABLE `patfielddef` (
  `PatFieldDefNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `FieldName` VARCHAR(255) NOT NULL DEFAULT '',
  `FieldType` TINYINT NOT NULL DEFAULT 0,
  `PickList` TEXT,
  `ItemOrder` INT NOT NULL DEFAULT 0,
  `IsHidden` TINYINT NOT NULL DEFAULT 0
);

-- pick list items of patfielddef
CREATE TABLE `patfieldpickitem` (
  `PatFieldPickItemNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PatFieldDefNum` BIGINT NOT NULL DEFAULT 0,
  `Name` VARCHAR(255) NOT NULL DEFAULT '',
  `Abbreviation` VARCHAR(255) NOT NULL DEFAULT '',
  `IsHidden` TINYINT NOT NULL DEFAULT 0,
  `ItemOrder` INT NOT NULL DEFAULT 0
);

-- 1:1 long notes of a patient
CREATE TABLE `patientnote` (
  `PatNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `FamFinancial` TEXT,
  `ApptPhone` TEXT,
  `Medical` TEXT,
  `Service` TEXT,
  `MedicalComp` TEXT,
  `Treatment` TEXT,
  `ICEName` VARCHAR(255) NOT NULL DEFAULT '',
  `ICEPhone` VARCHAR(30) NOT NULL DEFAULT '',
  `OrthoMonthsTreatOverride` INT NOT NULL DEFAULT -1,
  `DateOrthoPlacementOverride` DATE NOT NULL DEFAULT '0001-01-01',
  `SecDateTEntry` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `SecDateTEdit` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `Consent` TINYINT NOT NULL DEFAULT 0,
  `UserNumOrthoLocked` BIGINT NOT NULL DEFAULT 0,
  `Pronoun` TINYINT NOT NULL DEFAULT 0
);

CREATE INDEX `patientnote_SecDateTEntry` ON `patientnote` (`SecDateTEntry`);
CREATE INDEX `patientnote_SecDateTEdit` ON `patientnote` (`SecDateTEdit`);

-- patient payment
CREATE TABLE `payment` (
  `PayNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PayType` BIGINT NOT NULL DEFAULT 0,
  `PayDate` DATE NOT NULL DEFAULT '0001-01-01',
  `PayAmt` DOUBLE NOT NULL DEFAULT 0,
  `CheckNum` VARCHAR(25) NOT NULL DEFAULT '',
  `BankBranch` VARCHAR(25) NOT NULL DEFAULT '',
  `PayNote` TEXT,
  `IsSplit` TINYINT NOT NULL DEFAULT 0,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `ClinicNum` BIGINT NOT NULL DEFAULT 0,
  `DateEntry` DATE NOT NULL DEFAULT '0001-01-01',
  `DepositNum` BIGINT NOT NULL DEFAULT 0,
  `Receipt` TEXT,
  `IsRecurringCC` TINYINT NOT NULL DEFAULT 0,
  `SecUserNumEntry` BIGINT NOT NULL DEFAULT 0,
  `SecDateTEdit` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `PaymentSource` TINYINT NOT NULL DEFAULT 0,
  `ProcessStatus` TINYINT NOT NULL DEFAULT 0,
  `RecurringChargeDate` DATE NOT NULL DEFAULT '0001-01-01',
  `ExternalId` VARCHAR(255) NOT NULL DEFAULT '',
  `PaymentStatus` TINYINT NOT NULL DEFAULT 0,
  `IsCcCompleted` TINYINT NOT NULL DEFAULT 0,
  `MerchantFee` DOUBLE NOT NULL DEFAULT 0
);

CREATE INDEX `payment_PatNum` ON `payment` (`PatNum`);
CREATE INDEX `payment_DepositNum` ON `payment` (`DepositNum`);
CREATE INDEX `payment_SecUserNumEntry` ON `payment` (`SecUserNumEntry`);
CREATE INDEX `payment_ClinicNum` ON `payment` (`ClinicNum`);

-- payment plan header
CREATE TABLE `payplan` (
  `PayPlanNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `Guarantor` BIGINT NOT NULL DEFAULT 0,
  `PayPlanDate` DATE NOT NULL DEFAULT '0001-01-01',
  `APR` DOUBLE NOT NULL DEFAULT 0,
  `Note` TEXT,
  `PlanNum` BIGINT NOT NULL DEFAULT 0,
  `CompletedAmt` DOUBLE NOT NULL DEFAULT 0,
  `InsSubNum` BIGINT NOT NULL DEFAULT 0,
  `PaySchedule` TINYINT NOT NULL DEFAULT 0,
  `NumberOfPayments` INT NOT NULL DEFAULT 0,
  `PayAmt` DOUBLE NOT NULL DEFAULT 0,
  `DownPayment` DOUBLE NOT NULL DEFAULT 0,
  `IsClosed` TINYINT NOT NULL DEFAULT 0,
  `Signature` TEXT,
  `SigIsTopaz` TINYINT NOT NULL DEFAULT 0,
  `PlanCategory` BIGINT NOT NULL DEFAULT 0,
  `IsDynamic` TINYINT NOT NULL DEFAULT 0,
  `ChargeFrequency` TINYINT NOT NULL DEFAULT 0,
  `DatePayPlanStart` DATE NOT NULL DEFAULT '0001-01-01',
  `IsLocked` TINYINT NOT NULL DEFAULT 0,
  `DateInterestStart` DATE NOT NULL DEFAULT '0001-01-01',
  `DynamicPayPlanTPOption` TINYINT NOT NULL DEFAULT 0,
  `MobileAppDeviceNum` BIGINT NOT NULL DEFAULT 0,
  `SecurityHash` VARCHAR(255) NOT NULL DEFAULT '',
  `SheetDefNum` BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX `payplan_InsSubNum` ON `payplan` (`InsSubNum`);
CREATE INDEX `payplan_PlanCategory` ON `payplan` (`PlanCategory`);
CREATE INDEX `payplan_PatNum` ON `payplan` (`PatNum`);
CREATE INDEX `payplan_Guarantor` ON `payplan` (`Guarantor`);
CREATE INDEX `payplan_PlanNum` ON `payplan` (`PlanNum`);

-- payment plan debits/credits
CREATE TABLE `payplancharge` (
  `PayPlanChargeNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PayPlanNum` BIGINT NOT NULL DEFAULT 0,
  `Guarantor` BIGINT NOT NULL DEFAULT 0,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `ChargeDate` DATE NOT NULL DEFAULT '0001-01-01',
  `Principal` DOUBLE NOT NULL DEFAULT 0,
  `Interest` DOUBLE NOT NULL DEFAULT 0,
  `Note` TEXT,
  `ProvNum` BIGINT NOT NULL DEFAULT 0,
  `ClinicNum` BIGINT NOT NULL DEFAULT 0,
  `ChargeType` TINYINT NOT NULL DEFAULT 0,
  `ProcNum` BIGINT NOT NULL DEFAULT 0,
  `SecDateTEntry` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `SecDateTEdit` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `StatementNum` BIGINT NOT NULL DEFAULT 0,
  `FKey` BIGINT NOT NULL DEFAULT 0,
  `LinkType` TINYINT NOT NULL DEFAULT 0,
  `IsOffset` TINYINT NOT NULL DEFAULT 0,
  `IsDownPayment` TINYINT NOT NULL DEFAULT 0
);

CREATE INDEX `payplancharge_PatNum` ON `payplancharge` (`PatNum`);
CREATE INDEX `payplancharge_Guarantor` ON `payplancharge` (`Guarantor`);
CREATE INDEX `payplancharge_PayPlanNum` ON `payplancharge` (`PayPlanNum`);
CREATE INDEX `payplancharge_ClinicNum` ON `payplancharge` (`ClinicNum`);
CREATE INDEX `payplancharge_ProcNum` ON `payplancharge` (`ProcNum`);
CREATE INDEX `payplancharge_StatementNum` ON `payplancharge` (`StatementNum`);
CREATE INDEX `payplancharge_FKey` ON `payplancharge` (`FKey`);

-- allocation of a payment
CREATE TABLE `paysplit` (
  `SplitNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `SplitAmt` DOUBLE NOT NULL DEFAULT 0,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `ProcDate` DATE NOT NULL DEFAULT '0001-01-01',
  `PayNum` BIGINT NOT NULL DEFAULT 0,
  `IsDiscount` TINYINT NOT NULL DEFAULT 0,
  `DiscountType` TINYINT NOT NULL DEFAULT 0,
  `ProvNum` BIGINT NOT NULL DEFAULT 0,
  `PayPlanNum` BIGINT NOT NULL DEFAULT 0,
  `DatePay` DATE NOT NULL DEFAULT '0001-01-01',
  `ProcNum` BIGINT NOT NULL DEFAULT 0,
  `DateEntry` DATE NOT NULL DEFAULT '0001-01-01',
  `UnearnedType` BIGINT NOT NULL DEFAULT 0,
  `ClinicNum` BIGINT NOT NULL DEFAULT 0,
  `SecUserNumEntry` BIGINT NOT NULL DEFAULT 0,
  `SecDateTEdit` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `FSplitNum` BIGINT NOT NULL DEFAULT 0,
  `AdjNum` BIGINT NOT NULL DEFAULT 0,
  `PayPlanChargeNum` BIGINT NOT NULL DEFAULT 0,
  `PayPlanDebitType` TINYINT NOT NULL DEFAULT 0,
  `SecurityHash` VARCHAR(255) NOT NULL DEFAULT ''
);

CREATE INDEX `paysplit_PatNum` ON `paysplit` (`PatNum`);
CREATE INDEX `paysplit_PayNum` ON `paysplit` (`PayNum`);
CREATE INDEX `paysplit_ClinicNum` ON `paysplit` (`ClinicNum`);
CREATE INDEX `paysplit_DatePay` ON `paysplit` (`DatePay`);
CREATE INDEX `paysplit_PayPlanNum` ON `paysplit` (`PayPlanNum`);
CREATE INDEX `paysplit_SecUserNumEntry` ON `paysplit` (`SecUserNumEntry`);
CREATE INDEX `paysplit_FSplitNum` ON `paysplit` (`FSplitNum`);
CREATE INDEX `paysplit_ProcNum_SplitAmt` ON `paysplit` (`ProcNum`, `SplitAmt`);
CREATE INDEX `paysplit_AdjNum` ON `paysplit` (`AdjNum`);
CREATE INDEX `paysplit_PayPlanChargeNum` ON `paysplit` (`PayPlanChargeNum`);
CREATE INDEX `paysplit_ProvNum` ON `paysplit` (`ProvNum`);

-- alerts by patient/family/superfamily
CREATE TABLE `popup` (
  `PopupNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `Description` TEXT,
  `IsDisabled` TINYINT NOT NULL DEFAULT 0,
  `PopupLevel` TINYINT NOT NULL DEFAULT 0,
  `UserNum` BIGINT NOT NULL DEFAULT 0,
  `DateTimeEntry` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `IsArchived` TINYINT NOT NULL DEFAULT 0,
  `PopupNumArchive` BIGINT NOT NULL DEFAULT 0,
  `DateTimeDisabled` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00'
);

CREATE INDEX `popup_UserNum` ON `popup` (`UserNum`);
CREATE INDEX `popup_PopupNumArchive` ON `popup` (`PopupNumArchive`);
CREATE INDEX `popup_PatNum` ON `popup` (`PatNum`);

-- procedure notes (append only)
CREATE TABLE `procnote` (
  `ProcNoteNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `ProcNum` BIGINT NOT NULL DEFAULT 0,
  `EntryDateTime` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `UserNum` BIGINT NOT NULL DEFAULT 0,
  `Note` TEXT,
  `SigIsTopaz` TINYINT NOT NULL DEFAULT 0,
  `Signature` TEXT
);

CREATE INDEX `procnote_PatNum` ON `procnote` (`PatNum`);
CREATE INDEX `procnote_ProcNum` ON `procnote` (`ProcNum`);
CREATE INDEX `procnote_UserNum` ON `procnote` (`UserNum`);

-- recall per patient and type
CREATE TABLE `recall` (
  `RecallNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `PatNum` BIGINT NOT NULL DEFAULT 0,
  `DateDueCalc` DATE NOT NULL DEFAULT '0001-01-01',
  `DateDue` DATE NOT NULL DEFAULT '0001-01-01',
  `DatePrevious` DATE NOT NULL DEFAULT '0001-01-01',
  `RecallInterval` INT NOT NULL DEFAULT 0,
  `RecallStatus` BIGINT NOT NULL DEFAULT 0,
  `Note` TEXT,
  `IsDisabled` TINYINT NOT NULL DEFAULT 0,
  `DateTStamp` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `RecallTypeNum` BIGINT NOT NULL DEFAULT 0,
  `DisableUntilBalance` DOUBLE NOT NULL DEFAULT 0,
  `DisableUntilDate` DATE NOT NULL DEFAULT '0001-01-01',
  `DateScheduled` DATE NOT NULL DEFAULT '0001-01-01',
  `Priority` TINYINT NOT NULL DEFAULT 0,
  `TimePatternOverride` VARCHAR(255) NOT NULL DEFAULT ''
);

CREATE INDEX `recall_PatNum` ON `recall` (`PatNum`);
CREATE INDEX `recall_DateDue` ON `recall` (`DateDue`);
CREATE INDEX `recall_DatePrevious` ON `recall` (`DatePrevious`);
CREATE INDEX `recall_IsDisabled` ON `recall` (`IsDisabled`);
CREATE INDEX `recall_RecallTypeNum` ON `recall` (`RecallTypeNum`);
CREATE INDEX `recall_DateScheduled` ON `recall` (`DateScheduled`);

-- codes that trigger a recall type
CREATE TABLE `recalltrigger` (
  `RecallTriggerNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `RecallTypeNum` BIGINT NOT NULL DEFAULT 0,
  `CodeNum` BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX `recalltrigger_CodeNum` ON `recalltrigger` (`CodeNum`);
CREATE INDEX `recalltrigger_RecallTypeNum` ON `recalltrigger` (`RecallTypeNum`);

-- recall kinds
CREATE TABLE `recalltype` (
  `RecallTypeNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Description` VARCHAR(255) NOT NULL DEFAULT '',
  `DefaultInterval` INT NOT NULL DEFAULT 0,
  `TimePattern` VARCHAR(255) NOT NULL DEFAULT '',
  `Procedures` VARCHAR(255) NOT NULL DEFAULT '',
  `AppendToSpecial` TINYINT NOT NULL DEFAULT 0,
  `DescriptionFold` VARCHAR(255) COLLATE utf8mb4_bin NOT NULL DEFAULT ''
);

CREATE INDEX `recalltype_DescriptionFold` ON `recalltype` (`DescriptionFold`);

-- provider hours, blockouts, holidays
CREATE TABLE `schedule` (
  `ScheduleNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `SchedDate` DATE NOT NULL DEFAULT '0001-01-01',
  `StartTime` TIME NOT NULL DEFAULT '00:00:00',
  `StopTime` TIME NOT NULL DEFAULT '00:00:00',
  `SchedType` TINYINT NOT NULL DEFAULT 0,
  `ProvNum` BIGINT NOT NULL DEFAULT 0,
  `BlockoutType` BIGINT NOT NULL DEFAULT 0,
  `Note` TEXT,
  `Status` TINYINT NOT NULL DEFAULT 0,
  `EmployeeNum` BIGINT NOT NULL DEFAULT 0,
  `DateTStamp` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `ClinicNum` BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX `schedule_ProvNum` ON `schedule` (`ProvNum`);
CREATE INDEX `schedule_SchedDate` ON `schedule` (`SchedDate`);
CREATE INDEX `schedule_ClinicNum_SchedType` ON `schedule` (`ClinicNum`, `SchedType`);
CREATE INDEX `schedule_BlockoutType` ON `schedule` (`BlockoutType`);
CREATE INDEX `schedule_EmployeeNum_SchedDate_SchedType` ON `schedule` (`EmployeeNum`, `SchedDate`, `SchedType`);

-- operatories of a schedule row
CREATE TABLE `scheduleop` (
  `ScheduleOpNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `ScheduleNum` BIGINT NOT NULL DEFAULT 0,
  `OperatoryNum` BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX `scheduleop_ScheduleNum` ON `scheduleop` (`ScheduleNum`);
CREATE INDEX `scheduleop_OperatoryNum` ON `scheduleop` (`OperatoryNum`);

-- cache/UI change signals
CREATE TABLE `signalod` (
  `SignalNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `DateViewing` DATE NOT NULL DEFAULT '0001-01-01',
  `SigDateTime` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `FKey` BIGINT NOT NULL DEFAULT 0,
  `FKeyType` VARCHAR(255) NOT NULL DEFAULT '',
  `IType` TINYINT NOT NULL DEFAULT 0,
  `RemoteRole` TINYINT NOT NULL DEFAULT 0,
  `MsgValue` TEXT
);

CREATE INDEX `signalod_SigDateTime` ON `signalod` (`SigDateTime`);
CREATE INDEX `signalod_FKey` ON `signalod` (`FKey`);
CREATE INDEX `signalod_IType` ON `signalod` (`IType`);

-- groups of users
CREATE TABLE `usergroup` (
  `UserGroupNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `Description` VARCHAR(255) NOT NULL DEFAULT '',
  `UserGroupNumCEMT` BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX `usergroup_UserGroupNumCEMT` ON `usergroup` (`UserGroupNumCEMT`);

-- users in groups
CREATE TABLE `usergroupattach` (
  `UserGroupAttachNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `UserNum` BIGINT NOT NULL DEFAULT 0,
  `UserGroupNum` BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX `usergroupattach_UserGroupNum` ON `usergroupattach` (`UserGroupNum`);
CREATE INDEX `usergroupattach_UserNum` ON `usergroupattach` (`UserNum`);

-- users
CREATE TABLE `userod` (
  `UserNum` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `UserName` VARCHAR(255) NOT NULL DEFAULT '',
  `Password` VARCHAR(255) NOT NULL DEFAULT '',
  `UserGroupNum` BIGINT NOT NULL DEFAULT 0,
  `EmployeeNum` BIGINT NOT NULL DEFAULT 0,
  `ClinicNum` BIGINT NOT NULL DEFAULT 0,
  `ProvNum` BIGINT NOT NULL DEFAULT 0,
  `IsHidden` TINYINT NOT NULL DEFAULT 0,
  `TaskListInBox` BIGINT NOT NULL DEFAULT 0,
  `AnesthProvType` INT NOT NULL DEFAULT 3,
  `DefaultHidePopups` TINYINT NOT NULL DEFAULT 0,
  `PasswordIsStrong` TINYINT NOT NULL DEFAULT 0,
  `ClinicIsRestricted` TINYINT NOT NULL DEFAULT 0,
  `InboxHidePopups` TINYINT NOT NULL DEFAULT 0,
  `UserNumCEMT` BIGINT NOT NULL DEFAULT 0,
  `DateTFail` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `FailedAttempts` TINYINT NOT NULL DEFAULT 0,
  `DomainUser` VARCHAR(255) NOT NULL DEFAULT '',
  `IsPasswordResetRequired` TINYINT NOT NULL DEFAULT 0,
  `MobileWebPin` VARCHAR(255) NOT NULL DEFAULT '',
  `MobileWebPinFailedAttempts` TINYINT NOT NULL DEFAULT 0,
  `DateTLastLogin` DATETIME NOT NULL DEFAULT '0001-01-01 00:00:00',
  `EClipboardClinicalPin` VARCHAR(128) NOT NULL DEFAULT '',
  `BadgeId` VARCHAR(255) NOT NULL DEFAULT ''
);

CREATE INDEX `userod_UserGroupNum` ON `userod` (`UserGroupNum`);
CREATE INDEX `userod_ClinicNum` ON `userod` (`ClinicNum`);
CREATE INDEX `userod_ProvNum` ON `userod` (`ProvNum`);

-- procedures are also asked for by appointment and by change
CREATE INDEX `procedurelog_AptNum` ON `procedurelog` (`AptNum`);
CREATE INDEX `procedurelog_PlannedAptNum` ON `procedurelog` (`PlannedAptNum`);
CREATE INDEX `procedurelog_DateTStamp` ON `procedurelog` (`DateTStamp`);

-- the recall types that the stock preferences RecallTypeSpecialProphy, ChildProphy and Perio name; an interval is
-- years<<24 | months<<16 | weeks<<8 | days
INSERT INTO `recalltype` (`RecallTypeNum`, `Description`, `DefaultInterval`, `TimePattern`, `Procedures`, `DescriptionFold`) VALUES (1, 'Prophy', 393217, '/XXXX/', 'D0120,D1110', 'prophy');
INSERT INTO `recalltype` (`RecallTypeNum`, `Description`, `DefaultInterval`, `TimePattern`, `Procedures`, `DescriptionFold`) VALUES (2, 'Child Prophy', 0, '/XXX/', 'D0120,D1120,D1208', 'child prophy');
INSERT INTO `recalltype` (`RecallTypeNum`, `Description`, `DefaultInterval`, `TimePattern`, `Procedures`, `DescriptionFold`) VALUES (3, 'Perio', 262144, '/XXXX/', 'D4910', 'perio');
