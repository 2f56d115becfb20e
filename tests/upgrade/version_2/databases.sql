SET NAMES utf8mb4;
SET time_zone = '+00:00';
SET FOREIGN_KEY_CHECKS = 0;
CREATE DATABASE `lab` /*!40100 DEFAULT CHARACTER SET latin1 COLLATE latin1_swedish_ci */;
USE `lab`;
CREATE TABLE `subject` (
  `subject_id` int(11) NOT NULL COMMENT ':int32:',
  PRIMARY KEY (`subject_id`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci COMMENT='An animal';
INSERT INTO `subject` (`subject_id`) VALUES (440956);
INSERT INTO `subject` (`subject_id`) VALUES (453475);
INSERT INTO `subject` (`subject_id`) VALUES (456773);
INSERT INTO `subject` (`subject_id`) VALUES (460432);
INSERT INTO `subject` (`subject_id`) VALUES (471324);
CREATE TABLE `water_restriction` (
  `subject_id` int(11) NOT NULL,
  `water_restriction_number` varchar(16) NOT NULL COMMENT ':varchar(16):',
  PRIMARY KEY (`subject_id`),
  CONSTRAINT `water_restriction_ibfk_1` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`subject_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci COMMENT='Its short name';
INSERT INTO `water_restriction` (`subject_id`, `water_restriction_number`) VALUES (440956, 'SC022');
INSERT INTO `water_restriction` (`subject_id`, `water_restriction_number`) VALUES (453475, 'SC035');
INSERT INTO `water_restriction` (`subject_id`, `water_restriction_number`) VALUES (456773, 'SC038');
INSERT INTO `water_restriction` (`subject_id`, `water_restriction_number`) VALUES (460432, 'SC045');
INSERT INTO `water_restriction` (`subject_id`, `water_restriction_number`) VALUES (471324, 'SC050');
CREATE TABLE `~lineage` (
  `table_name` varchar(64) NOT NULL COMMENT 'table name within the schema',
  `attribute_name` varchar(64) NOT NULL COMMENT 'attribute name',
  `lineage` varchar(255) NOT NULL COMMENT 'origin: schema.table.attribute',
  PRIMARY KEY (`table_name`,`attribute_name`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('subject', 'subject_id', 'lab.subject.subject_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('water_restriction', 'subject_id', 'lab.subject.subject_id');
CREATE DATABASE `experiment` /*!40100 DEFAULT CHARACTER SET latin1 COLLATE latin1_swedish_ci */;
USE `experiment`;
CREATE TABLE `session` (
  `subject_id` int(11) NOT NULL,
  `session` smallint(6) NOT NULL COMMENT ':int16:',
  `session_date` date NOT NULL COMMENT ':date:rig-local',
  `session_time` time NOT NULL COMMENT 'rig-local',
  PRIMARY KEY (`subject_id`,`session`),
  UNIQUE KEY `subject_id` (`subject_id`,`session_date`,`session_time`),
  CONSTRAINT `session_ibfk_1` FOREIGN KEY (`subject_id`) REFERENCES `lab`.`subject` (`subject_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci COMMENT='One experiment with one animal';
INSERT INTO `session` (`subject_id`, `session`, `session_date`, `session_time`) VALUES (440956, 1, '2019-08-08', '10:00:00');
INSERT INTO `session` (`subject_id`, `session`, `session_date`, `session_time`) VALUES (453475, 1, '2020-01-07', '10:30:00');
INSERT INTO `session` (`subject_id`, `session`, `session_date`, `session_time`) VALUES (453475, 2, '2020-01-07', '15:45:00');
INSERT INTO `session` (`subject_id`, `session`, `session_date`, `session_time`) VALUES (456773, 1, '2020-01-01', '11:00:00');
INSERT INTO `session` (`subject_id`, `session`, `session_date`, `session_time`) VALUES (456773, 2, '2021-01-01', '11:00:00');
INSERT INTO `session` (`subject_id`, `session`, `session_date`, `session_time`) VALUES (460432, 1, '2020-03-02', '14:00:00');
INSERT INTO `session` (`subject_id`, `session`, `session_date`, `session_time`) VALUES (460432, 2, '2020-03-03', '14:00:00');
INSERT INTO `session` (`subject_id`, `session`, `session_date`, `session_time`) VALUES (471324, 1, '2020-09-14', '09:00:00');
INSERT INTO `session` (`subject_id`, `session`, `session_date`, `session_time`) VALUES (471324, 2, '2020-09-14', '16:00:00');
CREATE TABLE `~lineage` (
  `table_name` varchar(64) NOT NULL COMMENT 'table name within the schema',
  `attribute_name` varchar(64) NOT NULL COMMENT 'attribute name',
  `lineage` varchar(255) NOT NULL COMMENT 'origin: schema.table.attribute',
  PRIMARY KEY (`table_name`,`attribute_name`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('session', 'session', 'experiment.session.session');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('session', 'subject_id', 'lab.subject.subject_id');
CREATE DATABASE `archive` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin */;
USE `archive`;
CREATE TABLE `#data_set_type` (
  `data_set_type` varchar(64) NOT NULL COMMENT ':varchar(64):',
  `data_set_type_description` varchar(1024) NOT NULL COMMENT ':varchar(1024):',
  PRIMARY KEY (`data_set_type`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='A kind of recording';
INSERT INTO `#data_set_type` (`data_set_type`, `data_set_type_description`) VALUES ('raw-ephys', 'Neuropixels recordings: SpikeGLX runs after CatGT');
INSERT INTO `#data_set_type` (`data_set_type`, `data_set_type_description`) VALUES ('raw-video', 'Videos of the behaving animal, one per trial and camera');
CREATE TABLE `#file_type` (
  `file_type` varchar(64) NOT NULL COMMENT ':varchar(64):',
  `file_type_description` varchar(1024) NOT NULL COMMENT ':varchar(1024):',
  PRIMARY KEY (`file_type`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='A kind of file; the patterns are in the conventions';
INSERT INTO `#file_type` (`file_type`, `file_type_description`) VALUES ('ephys-raw-neuropixels-ap-bin', 'AP band of a Neuropixels probe');
INSERT INTO `#file_type` (`file_type`, `file_type_description`) VALUES ('ephys-raw-neuropixels-ap-meta', 'what SpikeGLX or CatGT says of the AP band');
INSERT INTO `#file_type` (`file_type`, `file_type_description`) VALUES ('ephys-raw-neuropixels-lf-bin', 'LF band of a Neuropixels probe');
INSERT INTO `#file_type` (`file_type`, `file_type_description`) VALUES ('ephys-raw-neuropixels-lf-meta', 'what SpikeGLX or CatGT says of the LF band');
INSERT INTO `#file_type` (`file_type`, `file_type_description`) VALUES ('ephys-raw-neuropixels-sy', 'times of sync edges that CatGT extracted, s');
INSERT INTO `#file_type` (`file_type`, `file_type_description`) VALUES ('ephys-raw-nidq', 'National Instruments channels: data, .meta, or events that CatGT extracted');
INSERT INTO `#file_type` (`file_type`, `file_type_description`) VALUES ('tracking-video-map', 'which video file shows which trial, of one camera');
INSERT INTO `#file_type` (`file_type`, `file_type_description`) VALUES ('tracking-video-trial', 'video of one trial by one camera');
CREATE TABLE `acceptance` (
  `submission_id` binary(16) NOT NULL COMMENT ':uuid:Globus',
  `transfer_task_id` binary(16) NOT NULL COMMENT ':uuid:Globus',
  `accepted_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  PRIMARY KEY (`submission_id`),
  CONSTRAINT `acceptance_ibfk_1` FOREIGN KEY (`submission_id`) REFERENCES `submission` (`submission_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='The service accepted the submission';
INSERT INTO `acceptance` (`submission_id`, `transfer_task_id`, `accepted_at`) VALUES (0x318a3821b0544062a2f6fcb7e3b11b50, 0x0ae8adebd02243dd8a541d56dd94d8f5, '2026-11-26 11:13:01.585083');
INSERT INTO `acceptance` (`submission_id`, `transfer_task_id`, `accepted_at`) VALUES (0x01872cff816d4414a3b1cb48cfd99e22, 0xed3b37215af7452b85ae780937d4426c, '2026-11-26 11:13:15.667973');
INSERT INTO `acceptance` (`submission_id`, `transfer_task_id`, `accepted_at`) VALUES (0x89a2471eebd34987b018d5e495bddd11, 0xa03ca48af8e340bbbdfc73cd408c030b, '2026-11-26 11:12:39.738684');
INSERT INTO `acceptance` (`submission_id`, `transfer_task_id`, `accepted_at`) VALUES (0xd5dd6dc804ee4dc7befaa12d2400e675, 0xa7c29d8bc4ee4ba88a933d4885083b8f, '2026-11-26 11:12:46.073662');
INSERT INTO `acceptance` (`submission_id`, `transfer_task_id`, `accepted_at`) VALUES (0x72a4ab3261f144ea8afa6b8e7fea61e5, 0x26ee0f4cfe5d46109003ef974d48bbb9, '2026-11-26 11:13:58.080555');
INSERT INTO `acceptance` (`submission_id`, `transfer_task_id`, `accepted_at`) VALUES (0x7bf699771f8c492bb74e044b9c86308c, 0x3c7b1ba04b414053ba4aa9cfaf929b66, '2026-11-26 11:13:24.784628');
INSERT INTO `acceptance` (`submission_id`, `transfer_task_id`, `accepted_at`) VALUES (0x7e09247c059742f1ae2b6688cf84d79d, 0x3448b629321842ef95935188dc25d1b4, '2026-11-26 11:12:54.920702');
CREATE TABLE `data_set` (
  `data_set_id` binary(16) NOT NULL COMMENT ':uuid:derived from data_set_name',
  `data_set_type` varchar(64) NOT NULL,
  `data_set_name` varchar(640) NOT NULL COMMENT ':varchar(640):type/subject/date[/ident]',
  `subject` varchar(255) NOT NULL COMMENT ':varchar(255):short name, as in the names of folders',
  `session_date` date NOT NULL COMMENT ':date:rig-local',
  `ident` varchar(255) NOT NULL COMMENT ':varchar(255):'''' for the first session of a day',
  `directory` varchar(4096) NOT NULL COMMENT ':varchar(4096):relative to the root of its place; one line for each if it has several',
  `recorded_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  PRIMARY KEY (`data_set_id`),
  KEY `data_set_type` (`data_set_type`),
  KEY `subject` (`subject`,`session_date`),
  CONSTRAINT `data_set_ibfk_1` FOREIGN KEY (`data_set_type`) REFERENCES `#data_set_type` (`data_set_type`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='The files of one type in one session';
INSERT INTO `data_set` (`data_set_id`, `data_set_type`, `data_set_name`, `subject`, `session_date`, `ident`, `directory`, `recorded_at`) VALUES (0xb88927f8c486557bbc4d826db8e83ba3, 'raw-ephys', 'raw-ephys/SC038/2020-01-01', 'SC038', '2020-01-01', '', 'SC038/catgt_SC038_010120_g0', '2026-11-26 11:12:40.512558');
INSERT INTO `data_set` (`data_set_id`, `data_set_type`, `data_set_name`, `subject`, `session_date`, `ident`, `directory`, `recorded_at`) VALUES (0x211d45cf50a3555d915c699dec46d003, 'raw-video', 'raw-video/SC035/2020-01-07', 'SC035', '2020-01-07', '', 'SC035/01072020/video', '2026-11-26 11:13:22.900366');
INSERT INTO `data_set` (`data_set_id`, `data_set_type`, `data_set_name`, `subject`, `session_date`, `ident`, `directory`, `recorded_at`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 'raw-video', 'raw-video/SC035/2020-01-07/1', 'SC035', '2020-01-07', '1', 'SC035/01072020_1/video', '2026-11-26 11:13:22.787607');
INSERT INTO `data_set` (`data_set_id`, `data_set_type`, `data_set_name`, `subject`, `session_date`, `ident`, `directory`, `recorded_at`) VALUES (0x80f376791fdd50478f4b8a3edd1cb3d6, 'raw-ephys', 'raw-ephys/SC035/2020-01-07/1', 'SC035', '2020-01-07', '1', 'SC035/catgt_SC035_010720_1_g0', '2026-11-26 11:13:09.991973');
INSERT INTO `data_set` (`data_set_id`, `data_set_type`, `data_set_name`, `subject`, `session_date`, `ident`, `directory`, `recorded_at`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 'raw-video', 'raw-video/SC038/2021-01-01', 'SC038', '2021-01-01', '', 'SC038/01012021/video', '2026-11-26 11:12:55.657049');
INSERT INTO `data_set` (`data_set_id`, `data_set_type`, `data_set_name`, `subject`, `session_date`, `ident`, `directory`, `recorded_at`) VALUES (0xad8287cb02f1598cb2e44cc4a403f283, 'raw-ephys', 'raw-ephys/SC035/2020-01-07', 'SC035', '2020-01-07', '', 'SC035/catgt_SC035_010720_g0', '2026-11-26 11:13:03.216921');
INSERT INTO `data_set` (`data_set_id`, `data_set_type`, `data_set_name`, `subject`, `session_date`, `ident`, `directory`, `recorded_at`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 'raw-video', 'raw-video/SC022/2019-08-08', 'SC022', '2019-08-08', '', 'SC022/08082019/video', '2026-11-26 11:13:17.179106');
CREATE TABLE `data_set__physical_file` (
  `data_set_id` binary(16) NOT NULL COMMENT ':uuid:derived from data_set_name',
  `revision` smallint(6) NOT NULL COMMENT ':int16:',
  `path_id` binary(16) NOT NULL COMMENT ':uuid:derived from file_path',
  `file_path` varchar(1024) NOT NULL COMMENT ':varchar(1024):relative to the root of its place',
  `file_type` varchar(64) NOT NULL,
  `file_size` bigint(20) NOT NULL COMMENT ':int64:bytes',
  `file_mtime` datetime NOT NULL COMMENT ':datetime:UTC',
  `checksum` varchar(128) NOT NULL COMMENT ':varchar(128):lower-case hex, '''' if not known',
  `checksum_algorithm` varchar(16) NOT NULL COMMENT ':varchar(16):SHA1, MD5, SHA256; '''' if there is no checksum',
  `vouched_by` varchar(64) NOT NULL COMMENT ':varchar(64):who vouches for the content, as in docs/catalog.md; '''' for nobody',
  PRIMARY KEY (`data_set_id`,`revision`,`path_id`),
  KEY `file_type` (`file_type`),
  KEY `path_id` (`path_id`),
  CONSTRAINT `data_set__physical_file_ibfk_1` FOREIGN KEY (`data_set_id`) REFERENCES `data_set` (`data_set_id`) ON UPDATE CASCADE,
  CONSTRAINT `data_set__physical_file_ibfk_2` FOREIGN KEY (`file_type`) REFERENCES `#file_type` (`file_type`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='A file of the data set; the highest revision is the current one';
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xb88927f8c486557bbc4d826db8e83ba3, 0, 0x93513c160c275605a65de017973f7210, 'SC038/catgt_SC038_010120_g0/SC038_010120_g0_imec1/SC038_010120_g0_t0.imec1.lf.meta', 'ephys-raw-neuropixels-lf-meta', 7523, '2020-01-01 11:00:00', 'a1f129c663f1add8f2cfe2f7e62722e1', 'MD5', 'globus');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xb88927f8c486557bbc4d826db8e83ba3, 0, 0x295c2029a97855d1ae8a454fad534f93, 'SC038/catgt_SC038_010120_g0/SC038_010120_g0_t0.nidq.meta', 'ephys-raw-nidq', 316, '2020-01-01 11:00:00', 'ce39e1dc955994c6d4de4f98447b3905', 'MD5', 'globus');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xb88927f8c486557bbc4d826db8e83ba3, 0, 0x3e33bde3d1a2535993a00856f7448fd5, 'SC038/catgt_SC038_010120_g0/SC038_010120_g0_imec0/SC038_010120_g0_t0.imec0.lf.bin', 'ephys-raw-neuropixels-lf-bin', 3080, '2020-01-01 11:00:00', 'e14a97d144bdf78d827455bff0734680e35855b8', 'SHA1', 'spikeglx');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xb88927f8c486557bbc4d826db8e83ba3, 0, 0x579e7d93be945ee1b826aedf6ccbb972, 'SC038/catgt_SC038_010120_g0/SC038_010120_g0_imec0/SC038_010120_g0_t0.imec0.ap.bin', 'ephys-raw-neuropixels-ap-bin', 15400, '2020-01-01 11:00:00', 'ac6211c798c4e136152032d1c2143bc88fc7dcb0', 'SHA1', 'spikeglx');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xb88927f8c486557bbc4d826db8e83ba3, 0, 0x0e8beb3afad054f1bc1f88757e1aab67, 'SC038/catgt_SC038_010120_g0/SC038_010120_g0_imec1/SC038_010120_g0_t0.imec1.ap.bin', 'ephys-raw-neuropixels-ap-bin', 15400, '2020-01-01 11:00:00', '3a278872e799a8f2c8e0659236751df67cf33ada', 'SHA1', 'spikeglx');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xb88927f8c486557bbc4d826db8e83ba3, 0, 0x7f8a41805cad5beaa441f03d436adff0, 'SC038/catgt_SC038_010120_g0/SC038_010120_g0_imec0/SC038_010120_g0_t0.imec0.ap.meta', 'ephys-raw-neuropixels-ap-meta', 7540, '2020-01-01 11:00:00', '49a202797835fb0fbd620224fb68f04a', 'MD5', 'globus');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xb88927f8c486557bbc4d826db8e83ba3, 0, 0x97214aea3f125fd2ab4dca254e699940, 'SC038/catgt_SC038_010120_g0/SC038_010120_g0_t0.nidq.bin', 'ephys-raw-nidq', 3600, '2020-01-01 11:00:00', '32f1c8e1d4771e9cdf1594c2c41b6b6eec058d76', 'SHA1', 'spikeglx');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xb88927f8c486557bbc4d826db8e83ba3, 0, 0xac65bf08ddc553a795f0b855362e0b24, 'SC038/catgt_SC038_010120_g0/SC038_010120_g0_imec1/SC038_010120_g0_t0.imec1.ap.meta', 'ephys-raw-neuropixels-ap-meta', 7540, '2020-01-01 11:00:00', '0a0d54d6e1f30bc3b61266de31b25cdc', 'MD5', 'globus');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xb88927f8c486557bbc4d826db8e83ba3, 0, 0xd97f4309a7375183a82a1f533982a4f0, 'SC038/catgt_SC038_010120_g0/SC038_010120_g0_imec0/SC038_010120_g0_t0.imec0.lf.meta', 'ephys-raw-neuropixels-lf-meta', 7523, '2020-01-01 11:00:00', 'd63efa5dee612de945f2ed366c87d148', 'MD5', 'globus');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xb88927f8c486557bbc4d826db8e83ba3, 0, 0xf49cd29a3c295201be434a8741b28374, 'SC038/catgt_SC038_010120_g0/SC038_010120_g0_imec1/SC038_010120_g0_t0.imec1.lf.bin', 'ephys-raw-neuropixels-lf-bin', 3080, '2020-01-01 11:00:00', 'e6448c30194569325ad1af1543db40ec5493652f', 'SHA1', 'spikeglx');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x211d45cf50a3555d915c699dec46d003, 0, 0x202fab5a46b45d438bf9bc355fe62b01, 'SC035/01072020/video/SC035_01072020_side.txt', 'tracking-video-map', 12, '2020-01-07 10:30:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x211d45cf50a3555d915c699dec46d003, 0, 0x011ace2ff62a5fa29cf99d45005bef74, 'SC035/01072020/video/SC035_side_002-0000.avi', 'tracking-video-trial', 1816, '2020-01-07 10:30:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x211d45cf50a3555d915c699dec46d003, 0, 0x14096cee3844525a9d7d93e4bd64bc16, 'SC035/01072020/video/SC035_bottom_001-0000.avi', 'tracking-video-trial', 1816, '2020-01-07 10:30:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x211d45cf50a3555d915c699dec46d003, 0, 0xa63883c7c7e4558986437aed13e35bd7, 'SC035/01072020/video/SC035_bottom_000-0000.avi', 'tracking-video-trial', 1816, '2020-01-07 10:30:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x211d45cf50a3555d915c699dec46d003, 0, 0xb15109d7fbb651438381e80e6b53c280, 'SC035/01072020/video/SC035_side_000-0000.avi', 'tracking-video-trial', 1816, '2020-01-07 10:30:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x211d45cf50a3555d915c699dec46d003, 0, 0xd41c8c757cdf57cdbe49ad184171bd57, 'SC035/01072020/video/SC035_side_001-0000.avi', 'tracking-video-trial', 1816, '2020-01-07 10:30:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x211d45cf50a3555d915c699dec46d003, 0, 0xdded7c7096e258bf8061a4a206ae7aa8, 'SC035/01072020/video/SC035_01072020_bottom.txt', 'tracking-video-map', 12, '2020-01-07 10:30:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x211d45cf50a3555d915c699dec46d003, 0, 0x69e7f285a41854b8ab6586d2c38068e8, 'SC035/01072020/video/SC035_bottom_002-0000.avi', 'tracking-video-trial', 1816, '2020-01-07 10:30:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 0, 0x2fa9282dfedf5ea9888011a767c4b55b, 'SC035/01072020_1/video/SC035_side_000-0000.avi', 'tracking-video-trial', 1816, '2020-01-07 15:45:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 0, 0x30da1443d21d503bb709aa8d87771801, 'SC035/01072020_1/video/SC035_side_001-0000.avi', 'tracking-video-trial', 1816, '2020-01-07 15:45:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 0, 0x30f33be94ad55005b2b021c24b5edc9b, 'SC035/01072020_1/video/SC035_side_002-0000.avi', 'tracking-video-trial', 1816, '2020-01-07 15:45:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 0, 0x4f64e46534f355a1b8e479be549565bb, 'SC035/01072020_1/video/SC035_bottom_001-0000.avi', 'tracking-video-trial', 1816, '2020-01-07 15:45:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 0, 0xac5b97b41a2f56c7972233e68e184c99, 'SC035/01072020_1/video/SC035_01072020_1_side.txt', 'tracking-video-map', 12, '2020-01-07 15:45:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 0, 0xc5e2c873c86756ebbaabfeb3fa20cdb7, 'SC035/01072020_1/video/SC035_bottom_002-0000.avi', 'tracking-video-trial', 1816, '2020-01-07 15:45:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 0, 0xd51b1117e66c512d915788ea63e4d19f, 'SC035/01072020_1/video/SC035_bottom_000-0000.avi', 'tracking-video-trial', 1816, '2020-01-07 15:45:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 0, 0xf7d3171c1781508b9e7a1f0312ed9253, 'SC035/01072020_1/video/SC035_01072020_1_bottom.txt', 'tracking-video-map', 12, '2020-01-07 15:45:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x80f376791fdd50478f4b8a3edd1cb3d6, 0, 0x49cc9b3423cb5feaada99412be3dd47d, 'SC035/catgt_SC035_010720_1_g0/SC035_010720_1_g0_t0.nidq.bin', 'ephys-raw-nidq', 3600, '2020-01-07 15:45:00', '', '', 'person');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x80f376791fdd50478f4b8a3edd1cb3d6, 0, 0x5beec83807705d179e1ed66a5fad2ef1, 'SC035/catgt_SC035_010720_1_g0/SC035_010720_1_g0_imec0/SC035_010720_1_g0_tcat.imec0.ap.bin', 'ephys-raw-neuropixels-ap-bin', 15400, '2020-01-07 15:45:00', '', '', 'person');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x80f376791fdd50478f4b8a3edd1cb3d6, 0, 0x00fb432446dc5b77b8efb025530fff4e, 'SC035/catgt_SC035_010720_1_g0/SC035_010720_1_g0_imec0/SC035_010720_1_g0_tcat.imec0.SY_384_6_500.txt', 'ephys-raw-neuropixels-sy', 27, '2020-01-07 15:45:00', '', '', 'person');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x80f376791fdd50478f4b8a3edd1cb3d6, 0, 0x1dba76a8170c539e9883a9cf30d73541, 'SC035/catgt_SC035_010720_1_g0/SC035_010720_1_g0_imec0/SC035_010720_1_g0_tcat.imec0.lf.meta', 'ephys-raw-neuropixels-lf-meta', 7645, '2020-01-07 15:45:00', '', '', 'person');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x80f376791fdd50478f4b8a3edd1cb3d6, 0, 0xbca050c3a6545a599e5d2bc88e412046, 'SC035/catgt_SC035_010720_1_g0/SC035_010720_1_g0_imec0/SC035_010720_1_g0_tcat.imec0.ap.meta', 'ephys-raw-neuropixels-ap-meta', 7662, '2020-01-07 15:45:00', '', '', 'person');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x80f376791fdd50478f4b8a3edd1cb3d6, 0, 0xe1eb77bdcbcf5670a108ab230bb7bfe0, 'SC035/catgt_SC035_010720_1_g0/SC035_010720_1_g0_imec0/SC035_010720_1_g0_tcat.imec0.lf.bin', 'ephys-raw-neuropixels-lf-bin', 3080, '2020-01-07 15:45:00', '', '', 'person');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0x80f376791fdd50478f4b8a3edd1cb3d6, 0, 0xee991aedf458536aa9123b91289a873b, 'SC035/catgt_SC035_010720_1_g0/SC035_010720_1_g0_t0.nidq.meta', 'ephys-raw-nidq', 320, '2020-01-07 15:45:00', '', '', 'person');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 0, 0xed2d1d44dbb85dd9b41e2735ef4a666f, 'SC038/01012021/video/SC038_bottom_001-0000.avi', 'tracking-video-trial', 1816, '2021-01-01 11:00:00', '6c28b42c43318663cac0e31a69775ba6b6315691a8db389f69d7bc610e608e5a', 'SHA256', 'source');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 0, 0x2d7185f8d0c65b1fb51bf737d173859e, 'SC038/01012021/video/SC038_side_002-0000.avi', 'tracking-video-trial', 1816, '2021-01-01 11:00:00', '7dfdd9c0df4cfa55c3c0d4713b6b3f267c4c3d8c975156af324127e7a30aada4', 'SHA256', 'source');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 0, 0x925abfb431745929bbc5a3e4b3891b26, 'SC038/01012021/video/SC038_01012021_side.txt', 'tracking-video-map', 12, '2021-01-01 11:00:00', 'f1fd7b87abbdc706c99b7e537cdc1bd09a7dd824a5f223d86705dc8a142aefb2', 'SHA256', 'source');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 0, 0x9835dbb79b7b500c87560379480aa392, 'SC038/01012021/video/SC038_bottom_002-0000.avi', 'tracking-video-trial', 1816, '2021-01-01 11:00:00', '873105bbefc47807573b60f6090d87da2dbdf4397df89280b704c1f596b08684', 'SHA256', 'source');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 0, 0xd114fc177ebf58949021ac4cb22ba453, 'SC038/01012021/video/SC038_01012021_bottom.txt', 'tracking-video-map', 12, '2021-01-01 11:00:00', 'f1fd7b87abbdc706c99b7e537cdc1bd09a7dd824a5f223d86705dc8a142aefb2', 'SHA256', 'source');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 0, 0xd274d5f4de7a5dee9d4fbe611b5768a3, 'SC038/01012021/video/SC038_side_001-0000.avi', 'tracking-video-trial', 1816, '2021-01-01 11:00:00', 'f174abbff1f44c6887f0e0e765699c90d1a77b133f50de93a834fe5982b9f7a0', 'SHA256', 'source');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 0, 0xee61f8896a3c569cb45b6aa4bd560049, 'SC038/01012021/video/SC038_bottom_000-0000.avi', 'tracking-video-trial', 1816, '2021-01-01 11:00:00', 'bb8e54977bb8b1e3b3bd50524c635d231c7b1ce29d356157c10e3d1f669e881c', 'SHA256', 'source');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 0, 0x712e78a469a75e7bb08dccb2e3fd3fe5, 'SC038/01012021/video/SC038_side_000-0000.avi', 'tracking-video-trial', 1816, '2021-01-01 11:00:00', '57c48cbdb1570b783e2c609895c63914d8b5116cbb95c9f9545ff43dbdb2f99d', 'SHA256', 'source');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xad8287cb02f1598cb2e44cc4a403f283, 0, 0x4ec9379322a3580fa884269584f0d768, 'SC035/catgt_SC035_010720_g0/SC035_010720_g0_imec0/SC035_010720_g0_tcat.imec0.ap.meta', 'ephys-raw-neuropixels-ap-meta', 7656, '2020-01-07 10:30:00', '7e8868573e2a2d1b2b78dd170f407e83', 'MD5', 'globus');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xad8287cb02f1598cb2e44cc4a403f283, 0, 0x044d7bdaefb15ab9bb36eb56a65e8bc2, 'SC035/catgt_SC035_010720_g0/SC035_010720_g0_imec0/SC035_010720_g0_tcat.imec0.lf.bin', 'ephys-raw-neuropixels-lf-bin', 3080, '2020-01-07 10:30:00', '4cb4878e1e49f28f904abe1a4663d854', 'MD5', 'globus');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xad8287cb02f1598cb2e44cc4a403f283, 0, 0x947d2be7aac55ffbb849dc7f45d13578, 'SC035/catgt_SC035_010720_g0/SC035_010720_g0_imec0/SC035_010720_g0_tcat.imec0.lf.meta', 'ephys-raw-neuropixels-lf-meta', 7639, '2020-01-07 10:30:00', 'a6206ab7f36dcea994c597db4c87c6af', 'MD5', 'globus');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xad8287cb02f1598cb2e44cc4a403f283, 0, 0x98e29fcbc9a25defb3b8a8904739e72d, 'SC035/catgt_SC035_010720_g0/SC035_010720_g0_t0.nidq.bin', 'ephys-raw-nidq', 3600, '2020-01-07 10:30:00', 'f31c7e8417580add1a83e5c8e28e3de2c10ea1a5', 'SHA1', 'spikeglx');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xad8287cb02f1598cb2e44cc4a403f283, 0, 0x9eab2e8baeea591b90d6e428bc4b18cd, 'SC035/catgt_SC035_010720_g0/SC035_010720_g0_t0.nidq.meta', 'ephys-raw-nidq', 316, '2020-01-07 10:30:00', '60c1cd13b9d9f381577dae571ff4e88c', 'MD5', 'globus');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xad8287cb02f1598cb2e44cc4a403f283, 0, 0xd488cc9328955c84b16e1e07d6015f50, 'SC035/catgt_SC035_010720_g0/SC035_010720_g0_imec0/SC035_010720_g0_tcat.imec0.SY_384_6_500.txt', 'ephys-raw-neuropixels-sy', 27, '2020-01-07 10:30:00', '7ce5367f206658edd52bab2dae5ebe70', 'MD5', 'globus');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xad8287cb02f1598cb2e44cc4a403f283, 0, 0x7bd873c97c715a77a65568e2e5f34d03, 'SC035/catgt_SC035_010720_g0/SC035_010720_g0_imec0/SC035_010720_g0_tcat.imec0.ap.bin', 'ephys-raw-neuropixels-ap-bin', 15400, '2020-01-07 10:30:00', '2928a81b6d5563ce6147508cff3d72c1', 'MD5', 'globus');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 0, 0xb671aac8901c5aa8bc135d2747b1b56b, 'SC022/08082019/video/SC022_08082019_side.txt', 'tracking-video-map', 12, '2019-08-08 10:00:00', '398c7e47cf94ee239c95f2932d4d9d5d', 'MD5', 'globus');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 0, 0x66747cb043795f3c9226ac27fa99ae9f, 'SC022/08082019/video/SC022_bottom_002-0000.avi', 'tracking-video-trial', 1816, '2019-08-08 10:00:00', '7cdeb28b945e53cec79d3307d991ed91', 'MD5', 'globus');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 0, 0x82752e1ab3dc5fc6ba636fc8607f6c6f, 'SC022/08082019/video/SC022_side_000-0000.avi', 'tracking-video-trial', 1816, '2019-08-08 10:00:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 0, 0xa7d66379ec3554bc86bf8841812d674d, 'SC022/08082019/video/SC022_bottom_000-0000.avi', 'tracking-video-trial', 1816, '2019-08-08 10:00:00', '8458b27598aa321487af3b7321e3310b', 'MD5', 'globus');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 0, 0xc99ddad286e15845930eea714084e7ca, 'SC022/08082019/video/SC022_side_002-0000.avi', 'tracking-video-trial', 1816, '2019-08-08 10:00:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 0, 0xca6f45bad677523e822f61955c665394, 'SC022/08082019/video/SC022_side_001-0000.avi', 'tracking-video-trial', 1816, '2019-08-08 10:00:00', '', '', '');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 0, 0x7430b4439f41548ebb34204756746ac7, 'SC022/08082019/video/SC022_08082019_bottom.txt', 'tracking-video-map', 12, '2019-08-08 10:00:00', '398c7e47cf94ee239c95f2932d4d9d5d', 'MD5', 'globus');
INSERT INTO `data_set__physical_file` (`data_set_id`, `revision`, `path_id`, `file_path`, `file_type`, `file_size`, `file_mtime`, `checksum`, `checksum_algorithm`, `vouched_by`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 0, 0x74bfb57975f856729e8a8052d1deac7f, 'SC022/08082019/video/SC022_bottom_001-0000.avi', 'tracking-video-trial', 1816, '2019-08-08 10:00:00', 'e04777415a74298da360b8a1a7b2addd', 'MD5', 'globus');
CREATE TABLE `data_set__video_trial` (
  `data_set_id` binary(16) NOT NULL COMMENT ':uuid:derived from data_set_name',
  `revision` smallint(6) NOT NULL,
  `path_id` binary(16) NOT NULL COMMENT ':uuid:derived from file_path',
  `camera` varchar(255) NOT NULL COMMENT ':varchar(255):as the names of the videos spell it',
  `file_number` bigint(20) NOT NULL COMMENT ':int64:in the video''s name',
  `trial` bigint(20) DEFAULT NULL COMMENT ':int64:of the behaviour; null if no map file next to the videos has it',
  PRIMARY KEY (`data_set_id`,`revision`,`path_id`),
  CONSTRAINT `data_set__video_trial_ibfk_1` FOREIGN KEY (`data_set_id`, `revision`, `path_id`) REFERENCES `data_set__physical_file` (`data_set_id`, `revision`, `path_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='What a video shows; a camera''s files and the rig''s trials are numbered separately';
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0x211d45cf50a3555d915c699dec46d003, 0, 0x011ace2ff62a5fa29cf99d45005bef74, 'side', 2, NULL);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0x211d45cf50a3555d915c699dec46d003, 0, 0x14096cee3844525a9d7d93e4bd64bc16, 'bottom', 1, NULL);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0x211d45cf50a3555d915c699dec46d003, 0, 0xa63883c7c7e4558986437aed13e35bd7, 'bottom', 0, NULL);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0x211d45cf50a3555d915c699dec46d003, 0, 0xb15109d7fbb651438381e80e6b53c280, 'side', 0, NULL);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0x211d45cf50a3555d915c699dec46d003, 0, 0xd41c8c757cdf57cdbe49ad184171bd57, 'side', 1, NULL);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0x211d45cf50a3555d915c699dec46d003, 0, 0x69e7f285a41854b8ab6586d2c38068e8, 'bottom', 2, NULL);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 0, 0x2fa9282dfedf5ea9888011a767c4b55b, 'side', 0, NULL);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 0, 0x30da1443d21d503bb709aa8d87771801, 'side', 1, NULL);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 0, 0x30f33be94ad55005b2b021c24b5edc9b, 'side', 2, NULL);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 0, 0x4f64e46534f355a1b8e479be549565bb, 'bottom', 1, NULL);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 0, 0xc5e2c873c86756ebbaabfeb3fa20cdb7, 'bottom', 2, NULL);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 0, 0xd51b1117e66c512d915788ea63e4d19f, 'bottom', 0, NULL);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 0, 0xed2d1d44dbb85dd9b41e2735ef4a666f, 'bottom', 1, 2);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 0, 0x2d7185f8d0c65b1fb51bf737d173859e, 'side', 2, 3);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 0, 0x9835dbb79b7b500c87560379480aa392, 'bottom', 2, 3);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 0, 0xd274d5f4de7a5dee9d4fbe611b5768a3, 'side', 1, 2);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 0, 0xee61f8896a3c569cb45b6aa4bd560049, 'bottom', 0, 1);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 0, 0x712e78a469a75e7bb08dccb2e3fd3fe5, 'side', 0, 1);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 0, 0x66747cb043795f3c9226ac27fa99ae9f, 'bottom', 2, 3);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 0, 0x82752e1ab3dc5fc6ba636fc8607f6c6f, 'side', 0, 1);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 0, 0xa7d66379ec3554bc86bf8841812d674d, 'bottom', 0, 1);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 0, 0xc99ddad286e15845930eea714084e7ca, 'side', 2, 3);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 0, 0xca6f45bad677523e822f61955c665394, 'side', 1, 2);
INSERT INTO `data_set__video_trial` (`data_set_id`, `revision`, `path_id`, `camera`, `file_number`, `trial`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 0, 0x74bfb57975f856729e8a8052d1deac7f, 'bottom', 1, 2);
CREATE TABLE `data_set_state` (
  `state_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `data_set_type` varchar(64) NOT NULL COMMENT ':varchar(64):',
  `target` binary(16) NOT NULL COMMENT ':uuid:lab session, or data set that no session claims',
  `state` varchar(16) NOT NULL COMMENT ':varchar(16):',
  `reason` varchar(1024) NOT NULL COMMENT ':varchar(1024):',
  `path` varchar(1024) NOT NULL COMMENT ':varchar(1024):<place>:<path> that was listed',
  `session` varchar(640) NOT NULL COMMENT ':varchar(640):as shown to people',
  `data_set_name` varchar(640) NOT NULL COMMENT ':varchar(640):'''' while no folder is known',
  `n_files` int(11) NOT NULL COMMENT ':int32:',
  `n_bytes` bigint(20) NOT NULL COMMENT ':int64:bytes',
  `run_id` varchar(255) NOT NULL COMMENT ':varchar(255):',
  `changed_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  PRIMARY KEY (`state_id`),
  KEY `data_set_type` (`data_set_type`,`target`)
) ENGINE=InnoDB AUTO_INCREMENT=24 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='The log of states; the highest state_id of a type and target is the current state';
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (1, 'raw-ephys', 0x10b9d4b991745ed19e8fa993094ed16c, 'submitted', 'on its way to the archive', 'rig:SC038/catgt_SC038_010120_g0', 'SC038 2020-01-01 11:00', 'raw-ephys/SC038/2020-01-01', 10, 71002, 'manual__2026-11-26T11:12:28.108948+00:00', '2026-11-26 11:12:39.556976');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (10, 'raw-ephys', 0xa9a2ce73aef755fab99655d6de3d1774, 'verifying', 'the transfer is over; the files that arrived are being compared', 'rig:SC035/catgt_SC035_010720_g0', 'SC035 2020-01-07 10:30', 'raw-ephys/SC035/2020-01-07', 7, 37718, 'manual__2026-11-26T11:12:59.777297+00:00', '2026-11-26 11:13:03.057705');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (11, 'raw-ephys', 0xa9a2ce73aef755fab99655d6de3d1774, 'archived', '', 'rig:SC035/catgt_SC035_010720_g0', 'SC035 2020-01-07 10:30', 'raw-ephys/SC035/2020-01-07', 7, 37718, 'manual__2026-11-26T11:12:59.777297+00:00', '2026-11-26 11:13:03.274177');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (12, 'raw-ephys', 0x7acb93b8296d56b49105e5f690dfc813, 'refused', 'SC035/catgt_SC035_010720_1_g0/SC035_010720_1_g0_imec0/SC035_010720_1_g0_tcat.imec0.SY_384_6_500.txt: already at the destination with the same size: 27 bytes of 2020-01-07 15:45:00 UTC, at the source 27 bytes of 2020-01-07 15:45:00 UTC; content unproven, left as it is (and 6 more files)', 'rig:SC035/catgt_SC035_010720_1_g0', 'SC035 2020-01-07 15:45', 'raw-ephys/SC035/2020-01-07/1', 7, 37734, 'manual__2026-11-26T11:12:59.777297+00:00', '2026-11-26 11:13:03.623280');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (13, 'raw-ephys', 0x7acb93b8296d56b49105e5f690dfc813, 'verifying', 'the transfer is over; the files that arrived are being compared', 'rig:SC035/catgt_SC035_010720_1_g0', 'SC035 2020-01-07 15:45', 'raw-ephys/SC035/2020-01-07/1', 7, 37734, 'manual__2026-11-26T11:13:07.617814+00:00', '2026-11-26 11:13:09.867247');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (14, 'raw-ephys', 0x7acb93b8296d56b49105e5f690dfc813, 'archived', '', 'rig:SC035/catgt_SC035_010720_1_g0', 'SC035 2020-01-07 15:45', 'raw-ephys/SC035/2020-01-07/1', 7, 37734, 'manual__2026-11-26T11:13:07.617814+00:00', '2026-11-26 11:13:10.069716');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (15, 'raw-video', 0x604582b07c165ea48d53245e34008bfb, 'submitted', 'on its way to the archive', 'rig:SC022/08082019/video', 'SC022 2019-08-08 10:00', 'raw-video/SC022/2019-08-08', 8, 10920, 'manual__2026-11-26T11:13:13.801853+00:00', '2026-11-26 11:13:15.589016');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (16, 'raw-video', 0x604582b07c165ea48d53245e34008bfb, 'verifying', 'the transfer is over; the files that arrived are being compared', 'rig:SC022/08082019/video', 'SC022 2019-08-08 10:00', 'raw-video/SC022/2019-08-08', 8, 10920, 'manual__2026-11-26T11:13:13.801853+00:00', '2026-11-26 11:13:17.133362');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (17, 'raw-video', 0x604582b07c165ea48d53245e34008bfb, 'unverified', 'nothing proves the content of 3 of 8 files, the first: SC022/08082019/video/SC022_side_000-0000.avi; their sizes are right, but Globus reported no checksum. The next run compares them with the rig\'s copies', 'rig:SC022/08082019/video', 'SC022 2019-08-08 10:00', 'raw-video/SC022/2019-08-08', 8, 10920, 'manual__2026-11-26T11:13:13.801853+00:00', '2026-11-26 11:13:17.222212');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (18, 'raw-video', 0x7acb93b8296d56b49105e5f690dfc813, 'unverified', 'found in the archive; names, sizes and times as listed, content not proven; its text files were not read, since there is no staging place', 'archive-video:SC035/01072020_1/video', 'SC035 2020-01-07 15:45', 'raw-video/SC035/2020-01-07/1', 8, 10920, 'manual__2026-11-26T11:13:21.221467+00:00', '2026-11-26 11:13:22.844458');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (19, 'raw-video', 0xa9a2ce73aef755fab99655d6de3d1774, 'unverified', 'found in the archive; names, sizes and times as listed, content not proven; its text files were not read, since there is no staging place', 'archive-video:SC035/01072020/video', 'SC035 2020-01-07 10:30', 'raw-video/SC035/2020-01-07', 8, 10920, 'manual__2026-11-26T11:13:21.221467+00:00', '2026-11-26 11:13:22.918228');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (2, 'raw-ephys', 0x10b9d4b991745ed19e8fa993094ed16c, 'verifying', 'the transfer is over; the files that arrived are being compared', 'rig:SC038/catgt_SC038_010120_g0', 'SC038 2020-01-01 11:00', 'raw-ephys/SC038/2020-01-01', 10, 71002, 'manual__2026-11-26T11:12:28.108948+00:00', '2026-11-26 11:12:40.413959');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (20, 'raw-ephys', 0x9374a28b8b9a5e4b9b1d0e56c559acae, 'submitted', 'on its way to the archive', 'rig:SC038/catgt_SC038_010121_g0', 'SC038 2021-01-01 11:00', 'raw-ephys/SC038/2021-01-01', 6, 37459, 'manual__2026-11-26T11:13:26.007354+00:00', '2026-11-26 11:13:27.312576');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (21, 'raw-ephys', 0x9374a28b8b9a5e4b9b1d0e56c559acae, 'failed', 'the submission did not get through: could not submit transfer \'session-archive upload raw-ephys/SC038/2021-01-01 c8c02473ce90\': Globus does not answer (ConnectionError on request)', 'rig:SC038/catgt_SC038_010121_g0', 'SC038 2021-01-01 11:00', 'raw-ephys/SC038/2021-01-01', 6, 37459, 'manual__2026-11-26T11:13:26.007354+00:00', '2026-11-26 11:13:52.593417');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (22, 'raw-ephys', 0x604582b07c165ea48d53245e34008bfb, 'submitted', 'on its way to the archive', 'rig:SC022/catgt_SC022_080819_g0', 'SC022 2019-08-08 10:00', 'raw-ephys/SC022/2019-08-08', 27, 139988, 'manual__2026-11-26T11:13:56.542497+00:00', '2026-11-26 11:13:57.910774');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (23, 'raw-ephys', 0x604582b07c165ea48d53245e34008bfb, 'submitted', 'still under way; the next run takes it up again', 'rig:SC022/catgt_SC022_080819_g0', 'SC022 2019-08-08 10:00', 'raw-ephys/SC022/2019-08-08', 27, 139988, 'manual__2026-11-26T11:13:56.542497+00:00', '2026-11-26 11:13:59.033959');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (3, 'raw-ephys', 0x10b9d4b991745ed19e8fa993094ed16c, 'archived', '', 'rig:SC038/catgt_SC038_010120_g0', 'SC038 2020-01-01 11:00', 'raw-ephys/SC038/2020-01-01', 10, 71002, 'manual__2026-11-26T11:12:28.108948+00:00', '2026-11-26 11:12:40.545147');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (4, 'raw-video', 0x9374a28b8b9a5e4b9b1d0e56c559acae, 'submitted', 'on its way to the archive', 'rig:SC038/01012021/video', 'SC038 2021-01-01 11:00', 'raw-video/SC038/2021-01-01', 8, 10920, 'manual__2026-11-26T11:12:44.207609+00:00', '2026-11-26 11:12:45.944208');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (5, 'raw-video', 0x9374a28b8b9a5e4b9b1d0e56c559acae, 'failed', 'transfer task a7c29d8b-c4ee-4ba8-8a93-3d4885083b8f: a file may not be read or written (PERMISSION_DENIED: Path: /SC038/01012021/video/SC038_side_001-0000.avi) for 1 s; Globus keeps trying until its deadline: fix it or cancel the task; permission denied: Path: /SC038/01012021/video/SC038_side_001-0000.avi; the transfer was cancelled', 'rig:SC038/01012021/video', 'SC038 2021-01-01 11:00', 'raw-video/SC038/2021-01-01', 8, 10920, 'manual__2026-11-26T11:12:44.207609+00:00', '2026-11-26 11:12:48.798664');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (6, 'raw-video', 0x9374a28b8b9a5e4b9b1d0e56c559acae, 'submitted', 'on its way to the archive', 'rig:SC038/01012021/video', 'SC038 2021-01-01 11:00', 'raw-video/SC038/2021-01-01', 8, 10920, 'manual__2026-11-26T11:12:52.851003+00:00', '2026-11-26 11:12:54.741157');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (7, 'raw-video', 0x9374a28b8b9a5e4b9b1d0e56c559acae, 'verifying', 'the transfer is over; the files that arrived are being compared', 'rig:SC038/01012021/video', 'SC038 2021-01-01 11:00', 'raw-video/SC038/2021-01-01', 8, 10920, 'manual__2026-11-26T11:12:52.851003+00:00', '2026-11-26 11:12:55.612454');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (8, 'raw-video', 0x9374a28b8b9a5e4b9b1d0e56c559acae, 'archived', '', 'rig:SC038/01012021/video', 'SC038 2021-01-01 11:00', 'raw-video/SC038/2021-01-01', 8, 10920, 'manual__2026-11-26T11:12:52.851003+00:00', '2026-11-26 11:12:55.818803');
INSERT INTO `data_set_state` (`state_id`, `data_set_type`, `target`, `state`, `reason`, `path`, `session`, `data_set_name`, `n_files`, `n_bytes`, `run_id`, `changed_at`) VALUES (9, 'raw-ephys', 0xa9a2ce73aef755fab99655d6de3d1774, 'submitted', 'on its way to the archive', 'rig:SC035/catgt_SC035_010720_g0', 'SC035 2020-01-07 10:30', 'raw-ephys/SC035/2020-01-07', 7, 37718, 'manual__2026-11-26T11:12:59.777297+00:00', '2026-11-26 11:13:01.464214');
CREATE TABLE `decision` (
  `decision_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `verdict` varchar(64) NOT NULL COMMENT ':varchar(64):session, ignore, withdraw, accept content, ...',
  `place` varchar(64) NOT NULL COMMENT ':varchar(64):for a folder: name in archive.toml; else ''''',
  `directory` varchar(1024) NOT NULL COMMENT ':varchar(1024):for a folder: relative to the root of its place',
  `data_set_id` binary(16) DEFAULT NULL COMMENT ':uuid:no foreign key: the data set may never be archived',
  `data_set_name` varchar(640) NOT NULL COMMENT ':varchar(640):'''' if it is not about a data set',
  `manifest_id` varchar(64) NOT NULL COMMENT ':varchar(64):for a data set: the files that it applies to',
  `file_path` varchar(1024) NOT NULL COMMENT ':varchar(1024):for a data set: one file; '''' for all',
  `data_set_type` varchar(64) NOT NULL COMMENT ':varchar(64):'''' for all types of a session',
  `session_id` binary(16) DEFAULT NULL COMMENT ':uuid:target of the session''s states',
  `session_key` varchar(1024) NOT NULL COMMENT ':varchar(1024):the lab''s primary key, as JSON',
  `session` varchar(640) NOT NULL COMMENT ':varchar(640):as shown to people',
  `decided_by` varchar(255) NOT NULL COMMENT ':varchar(255):a person''s login',
  `decided_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  `why` varchar(1024) NOT NULL COMMENT ':varchar(1024):',
  PRIMARY KEY (`decision_id`),
  KEY `data_set_type` (`data_set_type`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='What a person decided about a folder, a data set or a session; the highest decision_id of a target counts';
INSERT INTO `decision` (`decision_id`, `verdict`, `place`, `directory`, `data_set_id`, `data_set_name`, `manifest_id`, `file_path`, `data_set_type`, `session_id`, `session_key`, `session`, `decided_by`, `decided_at`, `why`) VALUES (1, 'accept content', '', '', 0x80f376791fdd50478f4b8a3edd1cb3d6, 'raw-ephys/SC035/2020-01-07/1', '430caeb58bfe99bb00d3341d413ff776145a459cf5063f8c32c336a856c5cc1a', '', 'raw-ephys', NULL, '{}', '', 'ann', '2026-11-26 11:13:07.477618', 'compared by hand');
CREATE TABLE `imported_data_set` (
  `data_set_id` binary(16) NOT NULL COMMENT ':uuid:no foreign key: only a data set that a run has seen has a DataSet',
  `data_set_type` varchar(64) NOT NULL COMMENT ':varchar(64):',
  `data_set_name` varchar(640) NOT NULL COMMENT ':varchar(640):',
  `session_id` binary(16) NOT NULL COMMENT ':uuid:target of the session''s states',
  `session_key` varchar(1024) NOT NULL COMMENT ':varchar(1024):the lab''s primary key, as JSON',
  `place` varchar(64) NOT NULL COMMENT ':varchar(64):name in archive.toml',
  `directory` varchar(4096) NOT NULL COMMENT ':varchar(4096):relative to the root of its place; one line for each if it has several',
  `source` varchar(255) NOT NULL COMMENT ':varchar(255):the other catalog: database, host and port',
  `old_name` varchar(255) NOT NULL COMMENT ':varchar(255):its name there',
  `method` varchar(1024) NOT NULL COMMENT ':varchar(1024):what was read there',
  `imported_by` varchar(255) NOT NULL COMMENT ':varchar(255):a person''s login',
  `imported_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  PRIMARY KEY (`data_set_id`),
  KEY `data_set_type` (`data_set_type`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='A data set that is in the archive according to another catalog; no run has seen it yet';
CREATE TABLE `imported_data_set__file` (
  `data_set_id` binary(16) NOT NULL COMMENT ':uuid:no foreign key: only a data set that a run has seen has a DataSet',
  `path_id` binary(16) NOT NULL COMMENT ':uuid:derived from file_path',
  `file_path` varchar(1024) NOT NULL COMMENT ':varchar(1024):relative to the root of its place',
  `old_file_type` varchar(64) NOT NULL COMMENT ':varchar(64):its name there',
  PRIMARY KEY (`data_set_id`,`path_id`),
  CONSTRAINT `imported_data_set__file_ibfk_1` FOREIGN KEY (`data_set_id`) REFERENCES `imported_data_set` (`data_set_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='A file that the other catalog names; it kept no sizes, times or checksums';
CREATE TABLE `look` (
  `look_id` binary(16) NOT NULL COMMENT ':uuid:',
  `data_set_id` binary(16) NOT NULL COMMENT ':uuid:no foreign key: it has no row before it is recorded',
  `place` varchar(64) NOT NULL COMMENT ':varchar(64):name in archive.toml',
  `looked_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  `manifest_id` char(64) NOT NULL COMMENT ':char(64):sha256 over path, size, mtime',
  `n_files` int(11) NOT NULL COMMENT ':int32:',
  `n_bytes` bigint(20) NOT NULL COMMENT ':int64:bytes',
  `newest` bigint(20) NOT NULL COMMENT ':int64:mtime of the newest file, seconds UTC since 1970',
  PRIMARY KEY (`look_id`),
  KEY `data_set_id` (`data_set_id`,`place`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='An observation of a data set at a rig before it was archived; a row for each that differs from the last';
INSERT INTO `look` (`look_id`, `data_set_id`, `place`, `looked_at`, `manifest_id`, `n_files`, `n_bytes`, `newest`) VALUES (0x2a14e8078e504d6aa1f6aae29c837167, 0xb88927f8c486557bbc4d826db8e83ba3, 'rig', '2026-11-26 11:12:37.968586', '75ae27924c4093bfb86c8d9543ebf614311328b6f742eaea53c8552b30256586', 10, 71002, 1577876400);
INSERT INTO `look` (`look_id`, `data_set_id`, `place`, `looked_at`, `manifest_id`, `n_files`, `n_bytes`, `newest`) VALUES (0x39a7907c50a24dc4980b1254a4fafd8a, 0x4d615820b960540a9dc71e5c863441da, 'rig', '2026-11-26 11:13:57.143713', '3b2af9190f13b3bd15390b5d0e9bc59cb5f78c96f459565777877f87747333b5', 27, 139988, 1565258400);
INSERT INTO `look` (`look_id`, `data_set_id`, `place`, `looked_at`, `manifest_id`, `n_files`, `n_bytes`, `newest`) VALUES (0x0d984cbd6b3d4a24809eb9e11e2fb276, 0xd73681d24a2d510c8e8c17dad9074ae6, 'rig', '2026-11-26 11:13:14.677649', 'b5ce8cd1b562996d54da7b52b69e3f181869d4ffead30fed81b215a727326ce3', 8, 10920, 1565258400);
INSERT INTO `look` (`look_id`, `data_set_id`, `place`, `looked_at`, `manifest_id`, `n_files`, `n_bytes`, `newest`) VALUES (0x0bbebd768fb94f0cb6be3e0978ea7d96, 0xad8287cb02f1598cb2e44cc4a403f283, 'rig', '2026-11-26 11:13:00.472056', '8254f977241b13f5a4636519053adc5e26f152f6364c8bb82c8a6c62bc1d692d', 7, 37718, 1578393000);
INSERT INTO `look` (`look_id`, `data_set_id`, `place`, `looked_at`, `manifest_id`, `n_files`, `n_bytes`, `newest`) VALUES (0x9ca038b7d30345b18572df78a6f7fb12, 0x80f376791fdd50478f4b8a3edd1cb3d6, 'rig', '2026-11-26 11:13:00.523509', '430caeb58bfe99bb00d3341d413ff776145a459cf5063f8c32c336a856c5cc1a', 7, 37734, 1578411900);
INSERT INTO `look` (`look_id`, `data_set_id`, `place`, `looked_at`, `manifest_id`, `n_files`, `n_bytes`, `newest`) VALUES (0xb17631e3bf3a4d0997b93de4ff64d2a8, 0xa0a7d93e771d5fabb589c299849969ba, 'rig', '2026-11-26 11:13:26.663981', 'c8c02473ce909b1d79dc34f84058470cab53f18210718f008fecbf05d1bd5fed', 6, 37459, 1609498800);
INSERT INTO `look` (`look_id`, `data_set_id`, `place`, `looked_at`, `manifest_id`, `n_files`, `n_bytes`, `newest`) VALUES (0x703f7d2d8c13409aa35cc9be867ec53c, 0xa78d58eb884450e19882ceb0b98e6e12, 'rig', '2026-11-26 11:12:44.967209', 'b85a3f40bb73b213569d70a3eaaf76bfbaf9215dc74d62ca09edbcc6972c9310', 8, 10920, 1609498800);
CREATE TABLE `look__finding` (
  `look_id` binary(16) NOT NULL COMMENT ':uuid:',
  `number` smallint(6) NOT NULL COMMENT ':int16:',
  `file_path` varchar(1024) NOT NULL COMMENT ':varchar(1024):the folder''s path if it is not about one file',
  `what` varchar(1024) NOT NULL COMMENT ':varchar(1024):',
  `blocks` tinyint(4) NOT NULL COMMENT ':bool:the data set waited for this; else it is only reported',
  PRIMARY KEY (`look_id`,`number`),
  CONSTRAINT `look__finding_ibfk_1` FOREIGN KEY (`look_id`) REFERENCES `look` (`look_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='What was missing or odd; the first thousand';
CREATE TABLE `manifest` (
  `manifest_id` char(64) NOT NULL COMMENT ':char(64):sha256 over path, size, mtime',
  `n_files` int(11) NOT NULL COMMENT ':int32:',
  `n_bytes` bigint(20) NOT NULL COMMENT ':int64:bytes',
  PRIMARY KEY (`manifest_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='The promised files of a data set';
INSERT INTO `manifest` (`manifest_id`, `n_files`, `n_bytes`) VALUES ('3b2af9190f13b3bd15390b5d0e9bc59cb5f78c96f459565777877f87747333b5', 27, 139988);
INSERT INTO `manifest` (`manifest_id`, `n_files`, `n_bytes`) VALUES ('430caeb58bfe99bb00d3341d413ff776145a459cf5063f8c32c336a856c5cc1a', 7, 37734);
INSERT INTO `manifest` (`manifest_id`, `n_files`, `n_bytes`) VALUES ('75ae27924c4093bfb86c8d9543ebf614311328b6f742eaea53c8552b30256586', 10, 71002);
INSERT INTO `manifest` (`manifest_id`, `n_files`, `n_bytes`) VALUES ('8254f977241b13f5a4636519053adc5e26f152f6364c8bb82c8a6c62bc1d692d', 7, 37718);
INSERT INTO `manifest` (`manifest_id`, `n_files`, `n_bytes`) VALUES ('b5ce8cd1b562996d54da7b52b69e3f181869d4ffead30fed81b215a727326ce3', 8, 10920);
INSERT INTO `manifest` (`manifest_id`, `n_files`, `n_bytes`) VALUES ('b85a3f40bb73b213569d70a3eaaf76bfbaf9215dc74d62ca09edbcc6972c9310', 8, 10920);
INSERT INTO `manifest` (`manifest_id`, `n_files`, `n_bytes`) VALUES ('c8c02473ce909b1d79dc34f84058470cab53f18210718f008fecbf05d1bd5fed', 6, 37459);
CREATE TABLE `manifest__content` (
  `manifest_id` char(64) NOT NULL COMMENT 'sha256 over path, size, mtime',
  `revision` smallint(6) NOT NULL COMMENT ':int16:',
  `piece` smallint(6) NOT NULL COMMENT ':int16:',
  `content` longblob NOT NULL COMMENT ':bytes:',
  `saved_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  PRIMARY KEY (`manifest_id`,`revision`,`piece`),
  CONSTRAINT `manifest__content_ibfk_1` FOREIGN KEY (`manifest_id`) REFERENCES `manifest` (`manifest_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='The packed manifest in pieces; a revision with other checksums or file types follows the first';
INSERT INTO `manifest__content` (`manifest_id`, `revision`, `piece`, `content`, `saved_at`) VALUES ('3b2af9190f13b3bd15390b5d0e9bc59cb5f78c96f459565777877f87747333b5', 0, 0, 0x789cddd8dd6e82301806e05b311c4b2d20883bdd2578b42c4b53b062233f1d2d4eb6ecde573a5d0023045c22e989a12dfde2e3876f1a5ebf0c86c5de789a199b6768db8b108b4820758da00f7d6b8d22b8688c032ac26c4b408285319f199c7e12b9dfb63c3948044daa91e57aaeedfa4b08e5e48ec6048992550b0661fb929b39fe30e5fe180766427958d509f7243cf022a96eaa8f118ea32ca762ffb772cc0ab9b84541a966bee7b3118a0822f955c3eb59213703b504362fc8f197c8432e84409c1adcd5406d4a8a3c63f444626ef272a260cc4040d31ad3727f5163a59899e782d3d42644e01a77e5b9439fe296f6527082dc78d76aae236fbb431bef26dc5b89bdeaadb3be4ffbe8deaa4f74e072575c70417214e559c180e0c74657072a6541f35cd05405691a4d83c9708e130e5859e32ded113c558848209f068c337a20e8fca373903684b6ef8f20aa92973e4e8a5941fed3a8ea3d0e68dd8e1d4bcb13432758bb13439f56b313432757b713431f56b313837d9b6b6b99549d60ed92aa4fab59527572754baa3eac6649e5dce63a5a26552758bba4ead36a96549d5cdd92aa0fab5152090852ba7d6ff7cf1bfedf94551e4b6875c519fcf2fe7ec2db0f9c645128, '2026-11-26 11:13:57.183211');
INSERT INTO `manifest__content` (`manifest_id`, `revision`, `piece`, `content`, `saved_at`) VALUES ('430caeb58bfe99bb00d3341d413ff776145a459cf5063f8c32c336a856c5cc1a', 0, 0, 0x789ccd93dd4e834010855f85ec75a1b3fcebad8fd0aba631932d5d60233f2b0c5a34bebb0b5143a8374ab4dccd9c33399b2f277b78655a50ce6e2db6bb032fd8268232c27146e010b9801c33d85e28a84a997ca793897046d3d9edd18b7d0c310070e84c6c63b156bd48f39c1b99b9247367161e44b1cff90d8011535548a45e0f06933aef5bbb11cf7625bba6d6ea2c8bd66efb2129c965f2d076e57037dd511459dd28cabf9ca7ba33e6098ffda8bc6dac3fc516da39aa6a02cb037f44fb2dafd0f647e09a994b4962021d85a1bb8cf93370b5d0453a2bda837849cf45bafa9e0df245cf7eb08cf9ba3d1338953a3dce9b0c7ffe634dcaf53166ed78eeff63dcbf03b280e02f, '2026-11-26 11:13:00.534415');
INSERT INTO `manifest__content` (`manifest_id`, `revision`, `piece`, `content`, `saved_at`) VALUES ('75ae27924c4093bfb86c8d9543ebf614311328b6f742eaea53c8552b30256586', 0, 0, 0x789cdd935d0b82301885ff8aec3aed5d964ab7fd842e23c6b2a9a3a94b6765d17f6fd907612484f481773bef19071e0e67764092aa088d0d349d80edf57daa4245aa37010c780024847e4d131e33fff9aac0aa0c8b4a6bc113d43350cef74c87e3d11040cb58e90f95765dcf752ec7800b465429cf0662322a7333a35b336145964abe632237a934af817ec4fc555ec4e7bf8f9a5011a61957d1ddd9a48536976451569763cff8146bcc147d8075356c3bd65be0dfc18aa056ac0d5e1b5611fc6daf1af5a9d781dd8ef5b7bde257b0b87b836d66edd8601b60bb36d866d40e0d5663257cb9aeb7e7bcbf4a9df25b845a2b3676be8e303f01a3afa1f4, '2026-11-26 11:12:38.004258');
INSERT INTO `manifest__content` (`manifest_id`, `revision`, `piece`, `content`, `saved_at`) VALUES ('75ae27924c4093bfb86c8d9543ebf614311328b6f742eaea53c8552b30256586', 1, 0, 0x789ccd94c16e133110865fa5da73d37a3cf6d8e686e0c085538f08ad6ccf385975d32cc9065a10ef8e13a854256d2408897adbb1bd23cde7cfffa71fcd10c759f3e6a2b979a7d05fe7384ec776fbdd2a50a0553b55d73b75dbcd25efaf8eea6abb711587abd4dd359717cdaafb2eb53958a3542de7633db0ad9df38e7e2f96ae97767c18361b8d0cb387d56419bf4dee64bd5c0cddbdf4ab491c267f1ae699e4dbd57abe391b336980ec82cf460009ac56a819b20683297b5fb2e39cd4d3ffdad84f17cb6e9c6d3bdc7c780b9bddaf8b753dc06d7ad8acae86ee56a6fd7df3f3f2e2547ce632c627805c05741c9fc7864f019910b5d22e388fb624551253adb529897c5126be0ce6e37bbbcf65da2fd27a75322a7dd9b106953f064a5f9e9346c0c4e0188c495c9c67af9db13695a21c1af24ad0fa5afb57274dc5b3278dc6e3f83c270d134a89964508344b30b6686124ca7e83ed00989349032f518173450d46edbc775a5c08d1179dbd28b24123390b5cc8e58218f9c08b3aa53587f99c256a54546c0d9340419532a62a0f110b42d236737e5dd69c296ac8189f51417d431450dbc8104b1514391925d99a8064757975d29c2b6a2214d021136181c8bc795745747142da692d706669eafc771d7fd95583fe3e4f6a97bd04d1056a6a001be74042e62a42305967038912498d78ebd9d1f965781c7be7ca11e83f8c9d05431d3a076b431d97d8b09812bc312e6150f61faff8f32fcef32a77, '2026-11-26 11:13:24.037469');
INSERT INTO `manifest__content` (`manifest_id`, `revision`, `piece`, `content`, `saved_at`) VALUES ('8254f977241b13f5a4636519053adc5e26f152f6364c8bb82c8a6c62bc1d692d', 0, 0, 0x789ccd934d6e83301085af82bc0ece10879f74db2364155595e51003560d38786843abdebd06b51522ab14556137336ffcac4f4ff3f4418cc0823c7864ff082c5ca70273e443cd218078033c87f5a4e7aa94e9f514dd633a48747fe02cd9f2888700142f48561eb1ea5dba8f36b1ab4b747bae09c238613b06006e98292d3976a61788344567fd46bcf9956c9bdaa88bd4d6b75def9416327db16dd9ef8d7b2e745e370a8b5fe5b56e9d78e2c76e987caebc7f0216861e5535c20cc2ed00f5575261fc6fc365d29612c508378ec2681eed8fe10271753609974132275b9d2d385b077b952ddbcda3bd5fb608b452a7f334bfe8f6db742ef74598a4c2829b0f6e36c2f3175f88d58a, '2026-11-26 11:13:00.507696');
INSERT INTO `manifest__content` (`manifest_id`, `revision`, `piece`, `content`, `saved_at`) VALUES ('b5ce8cd1b562996d54da7b52b69e3f181869d4ffead30fed81b215a727326ce3', 0, 0, 0x789cd592cb0e823010457f8574cd63da0841b77e824b639af2101aa9253010d1f8ef1644c35617c62e9accdc3b9d9c4ceefe466a8125d93864b705c60288216640d7412fb35c0793c85f224f34a2563e5e90b80e69e535373f2933b542a9a6268c4216c62b00231e6595731cead120d888f424cf85376df694a8c71d6999a7a7b653e3c4b2e7a22a7423b17c3bbdee8c99f1649894bbeb7cc6de1ad12af2e7b1390078e6812f7ab9648f69f40d3d365254bfe5a796f3333bf9c7c0db9b9e99ded2ecccf4ff969cc303fba7be32, '2026-11-26 11:13:14.706053');
INSERT INTO `manifest__content` (`manifest_id`, `revision`, `piece`, `content`, `saved_at`) VALUES ('b85a3f40bb73b213569d70a3eaaf76bfbaf9215dc74d62ca09edbcc6972c9310', 0, 0, 0x789cd592cb0e823010457f8574cd635a0d01b77e824b639af2101aa9253010d1f8ef1644c35617c62e9accdc3b9d9c4ceefe466a8125d93864b78555140005ca80d1a09759ae8349e42f91271a512b1f2f485c87b4f29a9b9f94995aa154531342bc8ea308c0884759e51c877a340836223dc973e14d9b3d25ea71475ae6e9a9edd438b1ecb9a80add482cdf4eaf3b63663c1926e5ee3a9fb1b746b48afc796c0e009e79e08b5e2ed9231a7e438f8d14d56ff9a9e5fccc4efe31f0f6a667a6b7343b33fdbf25e7f00037e3be18, '2026-11-26 11:12:45.020385');
INSERT INTO `manifest__content` (`manifest_id`, `revision`, `piece`, `content`, `saved_at`) VALUES ('c8c02473ce909b1d79dc34f84058470cab53f18210718f008fecbf05d1bd5fed', 0, 0, 0x789ccd93410e82301444af42ba16fc154470eb115c1ad3142cd058a04251d178770b5163606588caae33f333c9cba49b2b9254256869a0f50a6c6f1a52152bd2be0960c0334c62987634e1290bfbae02ab0d2c2aad80676862a0925f982ec7730740cb54e98346bbe03bbee7b566c40523aa964d80984cead22ce8c9cc5855e4929f99284d2acd476198b0705f566973fbae0915715e7095bc92635ee9704782ba756e13e35bac2953f40d76a16187b13e0b47072ba2ceb0367843584534da5d356a6fd7993d8cf57fbb6aac8cef0eddf5dccf7fa56ef92f4267151bbb3f47d8de01f5ca8a2f, '2026-11-26 11:13:26.724183');
CREATE TABLE `replica` (
  `data_set_id` binary(16) NOT NULL COMMENT ':uuid:derived from data_set_name',
  `storage_location` varchar(64) NOT NULL COMMENT 'its name in archive.toml',
  `revision` smallint(6) NOT NULL COMMENT ':int16:of the files in DataSet.PhysicalFile',
  `manifest_id` char(64) NOT NULL COMMENT ':char(64):sha256 over path, size, mtime',
  `n_files` int(11) NOT NULL COMMENT ':int32:',
  `n_bytes` bigint(20) NOT NULL COMMENT ':int64:bytes',
  `found_by` varchar(16) NOT NULL COMMENT ':varchar(16):route: upload, discover',
  `dag_id` varchar(255) NOT NULL COMMENT ':varchar(255):',
  `run_id` varchar(255) NOT NULL COMMENT ':varchar(255):',
  `recorded_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  PRIMARY KEY (`data_set_id`,`storage_location`,`revision`),
  KEY `storage_location` (`storage_location`),
  CONSTRAINT `replica_ibfk_1` FOREIGN KEY (`data_set_id`) REFERENCES `data_set` (`data_set_id`) ON UPDATE CASCADE,
  CONSTRAINT `replica_ibfk_2` FOREIGN KEY (`storage_location`) REFERENCES `storage_location` (`storage_location`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='A data set at a place, as it was listed there';
INSERT INTO `replica` (`data_set_id`, `storage_location`, `revision`, `manifest_id`, `n_files`, `n_bytes`, `found_by`, `dag_id`, `run_id`, `recorded_at`) VALUES (0xb88927f8c486557bbc4d826db8e83ba3, 'archive-ephys', 0, '75ae27924c4093bfb86c8d9543ebf614311328b6f742eaea53c8552b30256586', 10, 71002, 'upload', 'upload_sessions', 'manual__2026-11-26T11:12:28.108948+00:00', '2026-11-26 11:12:40.534813');
INSERT INTO `replica` (`data_set_id`, `storage_location`, `revision`, `manifest_id`, `n_files`, `n_bytes`, `found_by`, `dag_id`, `run_id`, `recorded_at`) VALUES (0x211d45cf50a3555d915c699dec46d003, 'archive-video', 0, '1ce1df5cf3dcdda512ec3d058619bfbfb95ee072ff9e3dd49d78a8d33ce31e2b', 8, 10920, 'discover', 'discover_sessions', 'manual__2026-11-26T11:13:21.221467+00:00', '2026-11-26 11:13:22.912602');
INSERT INTO `replica` (`data_set_id`, `storage_location`, `revision`, `manifest_id`, `n_files`, `n_bytes`, `found_by`, `dag_id`, `run_id`, `recorded_at`) VALUES (0x38a0084ac49a50699f09bcca804841b3, 'archive-video', 0, 'dbc2eab1f1355aef7f7bcbaa6dae4f8306ca62b393c0d4bec9a661718cf595c4', 8, 10920, 'discover', 'discover_sessions', 'manual__2026-11-26T11:13:21.221467+00:00', '2026-11-26 11:13:22.831006');
INSERT INTO `replica` (`data_set_id`, `storage_location`, `revision`, `manifest_id`, `n_files`, `n_bytes`, `found_by`, `dag_id`, `run_id`, `recorded_at`) VALUES (0x80f376791fdd50478f4b8a3edd1cb3d6, 'archive-ephys', 0, '430caeb58bfe99bb00d3341d413ff776145a459cf5063f8c32c336a856c5cc1a', 7, 37734, 'upload', 'upload_sessions', 'manual__2026-11-26T11:13:07.617814+00:00', '2026-11-26 11:13:10.056823');
INSERT INTO `replica` (`data_set_id`, `storage_location`, `revision`, `manifest_id`, `n_files`, `n_bytes`, `found_by`, `dag_id`, `run_id`, `recorded_at`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 'archive-video', 0, 'b85a3f40bb73b213569d70a3eaaf76bfbaf9215dc74d62ca09edbcc6972c9310', 8, 10920, 'upload', 'upload_sessions', 'manual__2026-11-26T11:12:52.851003+00:00', '2026-11-26 11:12:55.768012');
INSERT INTO `replica` (`data_set_id`, `storage_location`, `revision`, `manifest_id`, `n_files`, `n_bytes`, `found_by`, `dag_id`, `run_id`, `recorded_at`) VALUES (0xad8287cb02f1598cb2e44cc4a403f283, 'archive-ephys', 0, '8254f977241b13f5a4636519053adc5e26f152f6364c8bb82c8a6c62bc1d692d', 7, 37718, 'upload', 'upload_sessions', 'manual__2026-11-26T11:12:59.777297+00:00', '2026-11-26 11:13:03.244698');
INSERT INTO `replica` (`data_set_id`, `storage_location`, `revision`, `manifest_id`, `n_files`, `n_bytes`, `found_by`, `dag_id`, `run_id`, `recorded_at`) VALUES (0xd73681d24a2d510c8e8c17dad9074ae6, 'archive-video', 0, 'b5ce8cd1b562996d54da7b52b69e3f181869d4ffead30fed81b215a727326ce3', 8, 10920, 'upload', 'upload_sessions', 'manual__2026-11-26T11:13:13.801853+00:00', '2026-11-26 11:13:17.202361');
CREATE TABLE `replica__carried` (
  `data_set_id` binary(16) NOT NULL COMMENT ':uuid:derived from data_set_name',
  `storage_location` varchar(64) NOT NULL COMMENT 'its name in archive.toml',
  `revision` smallint(6) NOT NULL COMMENT 'of the files in DataSet.PhysicalFile',
  `carried_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  PRIMARY KEY (`data_set_id`,`storage_location`,`revision`),
  CONSTRAINT `replica__carried_ibfk_1` FOREIGN KEY (`data_set_id`, `storage_location`, `revision`) REFERENCES `replica` (`data_set_id`, `storage_location`, `revision`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='A row means: its sidecar manifest was seen in the archive';
CREATE TABLE `replica__unproven` (
  `data_set_id` binary(16) NOT NULL COMMENT ':uuid:derived from data_set_name',
  `storage_location` varchar(64) NOT NULL COMMENT 'its name in archive.toml',
  `revision` smallint(6) NOT NULL COMMENT 'of the files in DataSet.PhysicalFile',
  `n_files` int(11) NOT NULL COMMENT ':int32:that nobody vouches for',
  `first_file` varchar(1024) NOT NULL COMMENT ':varchar(1024):the first of them, relative to the root of its place',
  `found_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  PRIMARY KEY (`data_set_id`,`storage_location`,`revision`),
  CONSTRAINT `replica__unproven_ibfk_1` FOREIGN KEY (`data_set_id`, `storage_location`, `revision`) REFERENCES `replica` (`data_set_id`, `storage_location`, `revision`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='A row means: an older version verified it, but nobody vouches for some of its files';
CREATE TABLE `replica__verified` (
  `data_set_id` binary(16) NOT NULL COMMENT ':uuid:derived from data_set_name',
  `storage_location` varchar(64) NOT NULL COMMENT 'its name in archive.toml',
  `revision` smallint(6) NOT NULL COMMENT 'of the files in DataSet.PhysicalFile',
  `verification_id` binary(16) NOT NULL COMMENT ':uuid:',
  `verified_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  PRIMARY KEY (`data_set_id`,`storage_location`,`revision`),
  CONSTRAINT `replica__verified_ibfk_1` FOREIGN KEY (`data_set_id`, `storage_location`, `revision`) REFERENCES `replica` (`data_set_id`, `storage_location`, `revision`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='A row means: the bytes there are the bytes that left the rig';
INSERT INTO `replica__verified` (`data_set_id`, `storage_location`, `revision`, `verification_id`, `verified_at`) VALUES (0xb88927f8c486557bbc4d826db8e83ba3, 'archive-ephys', 0, 0x2f5ef5ef9e2446ec8f238e1ef2ccf45a, '2026-11-26 11:12:40.542049');
INSERT INTO `replica__verified` (`data_set_id`, `storage_location`, `revision`, `verification_id`, `verified_at`) VALUES (0x80f376791fdd50478f4b8a3edd1cb3d6, 'archive-ephys', 0, 0x6b959c5402a1441ea563536f93392733, '2026-11-26 11:13:10.062731');
INSERT INTO `replica__verified` (`data_set_id`, `storage_location`, `revision`, `verification_id`, `verified_at`) VALUES (0xa78d58eb884450e19882ceb0b98e6e12, 'archive-video', 0, 0xd6aaccad24fa4ea4b1094e8a63182ce0, '2026-11-26 11:12:55.780877');
INSERT INTO `replica__verified` (`data_set_id`, `storage_location`, `revision`, `verification_id`, `verified_at`) VALUES (0xad8287cb02f1598cb2e44cc4a403f283, 'archive-ephys', 0, 0x3e07491bfb58468d97902db50f07b4bf, '2026-11-26 11:13:03.268891');
CREATE TABLE `retrieval` (
  `retrieval_id` binary(16) NOT NULL COMMENT ':uuid:',
  `data_set_id` binary(16) NOT NULL COMMENT ':uuid:derived from data_set_name',
  `place` varchar(64) NOT NULL COMMENT ':varchar(64):name in archive.toml',
  `collection` binary(16) NOT NULL COMMENT ':uuid:',
  `directory` varchar(1024) NOT NULL COMMENT ':varchar(1024):the root, absolute in the collection',
  `manifest_id` char(64) NOT NULL COMMENT ':char(64):',
  `verification_id` binary(16) NOT NULL COMMENT ':uuid:',
  `n_files` int(11) NOT NULL COMMENT ':int32:',
  `n_bytes` bigint(20) NOT NULL COMMENT ':int64:bytes',
  `chosen` varchar(1024) NOT NULL COMMENT ':varchar(1024):which files were selected, in words; '''' for all',
  `dag_id` varchar(255) NOT NULL COMMENT ':varchar(255):',
  `run_id` varchar(255) NOT NULL COMMENT ':varchar(255):',
  `retrieved_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  PRIMARY KEY (`retrieval_id`),
  KEY `data_set_id` (`data_set_id`,`place`),
  CONSTRAINT `retrieval_ibfk_1` FOREIGN KEY (`data_set_id`) REFERENCES `data_set` (`data_set_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='A data set, or selected files of it, retrieved to a scratch place and verified there';
INSERT INTO `retrieval` (`retrieval_id`, `data_set_id`, `place`, `collection`, `directory`, `manifest_id`, `verification_id`, `n_files`, `n_bytes`, `chosen`, `dag_id`, `run_id`, `retrieved_at`) VALUES (0xc1cfa26cb3ce4a60b69f4eed6b5529d9, 0xb88927f8c486557bbc4d826db8e83ba3, 'analysis', 0x9010ed882c595987867fe084c33b56b9, '/retrieved', '75ae27924c4093bfb86c8d9543ebf614311328b6f742eaea53c8552b30256586', 0x972c5bb7b5b54586951e7b2ca23b40b4, 10, 71002, '', 'retrieve_sessions', 'manual__2026-11-26T11:13:23.348858+00:00', '2026-11-26 11:13:25.617825');
CREATE TABLE `schema_version` (
  `schema_version` int(11) NOT NULL COMMENT ':int32:',
  `installed_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  PRIMARY KEY (`schema_version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='The installed version of these tables; the highest counts';
INSERT INTO `schema_version` (`schema_version`, `installed_at`) VALUES (2, '2026-11-26 11:12:27.882346');
CREATE TABLE `source_digest` (
  `place` varchar(64) NOT NULL COMMENT ':varchar(64):name in archive.toml',
  `device` bigint(20) unsigned NOT NULL,
  `inode` bigint(20) unsigned NOT NULL,
  `size` bigint(20) NOT NULL COMMENT ':int64:bytes',
  `mtime_ns` bigint(20) NOT NULL COMMENT ':int64:nanoseconds since 1970',
  `sha256` char(64) NOT NULL COMMENT ':char(64):lower-case hex',
  `path` varchar(1024) NOT NULL COMMENT ':varchar(1024):where it was when read, relative to the root of its place',
  `computed_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  PRIMARY KEY (`place`,`device`,`inode`,`size`,`mtime_ns`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='A file of a source that was read once; if it is written again, it gets a new row';
INSERT INTO `source_digest` (`place`, `device`, `inode`, `size`, `mtime_ns`, `sha256`, `path`, `computed_at`) VALUES ('rig', 65024, 5927163, 1816, 1609498800000000000, '57c48cbdb1570b783e2c609895c63914d8b5116cbb95c9f9545ff43dbdb2f99d', 'SC038/01012021/video/SC038_side_000-0000.avi', '2026-11-26 11:12:45.788241');
INSERT INTO `source_digest` (`place`, `device`, `inode`, `size`, `mtime_ns`, `sha256`, `path`, `computed_at`) VALUES ('rig', 65024, 5927164, 1816, 1609498800000000000, 'f174abbff1f44c6887f0e0e765699c90d1a77b133f50de93a834fe5982b9f7a0', 'SC038/01012021/video/SC038_side_001-0000.avi', '2026-11-26 11:12:45.771653');
INSERT INTO `source_digest` (`place`, `device`, `inode`, `size`, `mtime_ns`, `sha256`, `path`, `computed_at`) VALUES ('rig', 65024, 5927165, 1816, 1609498800000000000, '7dfdd9c0df4cfa55c3c0d4713b6b3f267c4c3d8c975156af324127e7a30aada4', 'SC038/01012021/video/SC038_side_002-0000.avi', '2026-11-26 11:12:45.780628');
INSERT INTO `source_digest` (`place`, `device`, `inode`, `size`, `mtime_ns`, `sha256`, `path`, `computed_at`) VALUES ('rig', 65024, 5927166, 12, 1609498800000000000, 'f1fd7b87abbdc706c99b7e537cdc1bd09a7dd824a5f223d86705dc8a142aefb2', 'SC038/01012021/video/SC038_01012021_side.txt', '2026-11-26 11:12:45.776417');
INSERT INTO `source_digest` (`place`, `device`, `inode`, `size`, `mtime_ns`, `sha256`, `path`, `computed_at`) VALUES ('rig', 65024, 5927167, 1816, 1609498800000000000, 'bb8e54977bb8b1e3b3bd50524c635d231c7b1ce29d356157c10e3d1f669e881c', 'SC038/01012021/video/SC038_bottom_000-0000.avi', '2026-11-26 11:12:45.781674');
INSERT INTO `source_digest` (`place`, `device`, `inode`, `size`, `mtime_ns`, `sha256`, `path`, `computed_at`) VALUES ('rig', 65024, 5927168, 1816, 1609498800000000000, '6c28b42c43318663cac0e31a69775ba6b6315691a8db389f69d7bc610e608e5a', 'SC038/01012021/video/SC038_bottom_001-0000.avi', '2026-11-26 11:12:45.739846');
INSERT INTO `source_digest` (`place`, `device`, `inode`, `size`, `mtime_ns`, `sha256`, `path`, `computed_at`) VALUES ('rig', 65024, 5927169, 1816, 1609498800000000000, '873105bbefc47807573b60f6090d87da2dbdf4397df89280b704c1f596b08684', 'SC038/01012021/video/SC038_bottom_002-0000.avi', '2026-11-26 11:12:45.770677');
INSERT INTO `source_digest` (`place`, `device`, `inode`, `size`, `mtime_ns`, `sha256`, `path`, `computed_at`) VALUES ('rig', 65024, 5927173, 12, 1609498800000000000, 'f1fd7b87abbdc706c99b7e537cdc1bd09a7dd824a5f223d86705dc8a142aefb2', 'SC038/01012021/video/SC038_01012021_bottom.txt', '2026-11-26 11:12:45.789689');
CREATE TABLE `storage_location` (
  `storage_location` varchar(64) NOT NULL COMMENT ':varchar(64):its name in archive.toml',
  `collection` binary(16) NOT NULL COMMENT ':uuid:Globus collection',
  `directory` varchar(1024) NOT NULL COMMENT ':varchar(1024):the root, absolute in the collection',
  PRIMARY KEY (`storage_location`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='A place that holds replicas';
INSERT INTO `storage_location` (`storage_location`, `collection`, `directory`) VALUES ('archive-ephys', 0x0ba9696ebeda51998b9df1c49a4e3958, '/4ElectrodeRig_Ephys');
INSERT INTO `storage_location` (`storage_location`, `collection`, `directory`) VALUES ('archive-video', 0x0ba9696ebeda51998b9df1c49a4e3958, '/');
CREATE TABLE `submission` (
  `submission_id` binary(16) NOT NULL COMMENT ':uuid:Globus',
  `manifest_id` char(64) NOT NULL COMMENT 'sha256 over path, size, mtime',
  `data_set_id` binary(16) NOT NULL COMMENT ':uuid:no foreign key: it has no row before it is recorded',
  `data_set_name` varchar(640) NOT NULL COMMENT ':varchar(640):',
  `route` varchar(16) NOT NULL COMMENT ':varchar(16):upload, retrieve',
  `source` varchar(64) NOT NULL COMMENT ':varchar(64):name in archive.toml',
  `destination` varchar(64) NOT NULL COMMENT ':varchar(64):name in archive.toml',
  `n_items` int(11) NOT NULL COMMENT ':int32:',
  `resumes` tinyint(4) NOT NULL COMMENT ':bool:some items were begun by an earlier attempt',
  `label` varchar(255) NOT NULL COMMENT ':varchar(255):',
  `run_id` varchar(255) NOT NULL COMMENT ':varchar(255):',
  `begun_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  PRIMARY KEY (`submission_id`),
  KEY `manifest_id` (`manifest_id`),
  KEY `data_set_id` (`data_set_id`),
  CONSTRAINT `submission_ibfk_1` FOREIGN KEY (`manifest_id`) REFERENCES `manifest` (`manifest_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='A transfer, recorded before it was posted to the service';
INSERT INTO `submission` (`submission_id`, `manifest_id`, `data_set_id`, `data_set_name`, `route`, `source`, `destination`, `n_items`, `resumes`, `label`, `run_id`, `begun_at`) VALUES (0x318a3821b0544062a2f6fcb7e3b11b50, '8254f977241b13f5a4636519053adc5e26f152f6364c8bb82c8a6c62bc1d692d', 0xad8287cb02f1598cb2e44cc4a403f283, 'raw-ephys/SC035/2020-01-07', 'upload', 'rig', 'archive-ephys', 7, 0, 'session-archive upload raw-ephys/SC035/2020-01-07 8254f977241b', 'manual__2026-11-26T11:12:59.777297+00:00', '2026-11-26 11:13:01.408438');
INSERT INTO `submission` (`submission_id`, `manifest_id`, `data_set_id`, `data_set_name`, `route`, `source`, `destination`, `n_items`, `resumes`, `label`, `run_id`, `begun_at`) VALUES (0x01872cff816d4414a3b1cb48cfd99e22, 'b5ce8cd1b562996d54da7b52b69e3f181869d4ffead30fed81b215a727326ce3', 0xd73681d24a2d510c8e8c17dad9074ae6, 'raw-video/SC022/2019-08-08', 'upload', 'rig', 'archive-video', 8, 0, 'session-archive upload raw-video/SC022/2019-08-08 b5ce8cd1b562', 'manual__2026-11-26T11:13:13.801853+00:00', '2026-11-26 11:13:15.537058');
INSERT INTO `submission` (`submission_id`, `manifest_id`, `data_set_id`, `data_set_name`, `route`, `source`, `destination`, `n_items`, `resumes`, `label`, `run_id`, `begun_at`) VALUES (0x89a2471eebd34987b018d5e495bddd11, '75ae27924c4093bfb86c8d9543ebf614311328b6f742eaea53c8552b30256586', 0xb88927f8c486557bbc4d826db8e83ba3, 'raw-ephys/SC038/2020-01-01', 'upload', 'rig', 'archive-ephys', 10, 0, 'session-archive upload raw-ephys/SC038/2020-01-01 75ae27924c40', 'manual__2026-11-26T11:12:28.108948+00:00', '2026-11-26 11:12:39.500469');
INSERT INTO `submission` (`submission_id`, `manifest_id`, `data_set_id`, `data_set_name`, `route`, `source`, `destination`, `n_items`, `resumes`, `label`, `run_id`, `begun_at`) VALUES (0xd5dd6dc804ee4dc7befaa12d2400e675, 'b85a3f40bb73b213569d70a3eaaf76bfbaf9215dc74d62ca09edbcc6972c9310', 0xa78d58eb884450e19882ceb0b98e6e12, 'raw-video/SC038/2021-01-01', 'upload', 'rig', 'archive-video', 8, 0, 'session-archive upload raw-video/SC038/2021-01-01 b85a3f40bb73', 'manual__2026-11-26T11:12:44.207609+00:00', '2026-11-26 11:12:45.920746');
INSERT INTO `submission` (`submission_id`, `manifest_id`, `data_set_id`, `data_set_name`, `route`, `source`, `destination`, `n_items`, `resumes`, `label`, `run_id`, `begun_at`) VALUES (0xfa979120c97744d58c775e31d976c9b3, 'c8c02473ce909b1d79dc34f84058470cab53f18210718f008fecbf05d1bd5fed', 0xa0a7d93e771d5fabb589c299849969ba, 'raw-ephys/SC038/2021-01-01', 'upload', 'rig', 'archive-ephys', 6, 0, 'session-archive upload raw-ephys/SC038/2021-01-01 c8c02473ce90', 'manual__2026-11-26T11:13:26.007354+00:00', '2026-11-26 11:13:27.291045');
INSERT INTO `submission` (`submission_id`, `manifest_id`, `data_set_id`, `data_set_name`, `route`, `source`, `destination`, `n_items`, `resumes`, `label`, `run_id`, `begun_at`) VALUES (0x72a4ab3261f144ea8afa6b8e7fea61e5, '3b2af9190f13b3bd15390b5d0e9bc59cb5f78c96f459565777877f87747333b5', 0x4d615820b960540a9dc71e5c863441da, 'raw-ephys/SC022/2019-08-08', 'upload', 'rig', 'archive-ephys', 27, 0, 'session-archive upload raw-ephys/SC022/2019-08-08 3b2af9190f13', 'manual__2026-11-26T11:13:56.542497+00:00', '2026-11-26 11:13:57.869891');
INSERT INTO `submission` (`submission_id`, `manifest_id`, `data_set_id`, `data_set_name`, `route`, `source`, `destination`, `n_items`, `resumes`, `label`, `run_id`, `begun_at`) VALUES (0x7bf699771f8c492bb74e044b9c86308c, '75ae27924c4093bfb86c8d9543ebf614311328b6f742eaea53c8552b30256586', 0xb88927f8c486557bbc4d826db8e83ba3, 'raw-ephys/SC038/2020-01-01', 'retrieve', 'archive-ephys', 'analysis', 10, 0, 'session-archive retrieve raw-ephys/SC038/2020-01-01 75ae27924c40', 'manual__2026-11-26T11:13:23.348858+00:00', '2026-11-26 11:13:24.642096');
INSERT INTO `submission` (`submission_id`, `manifest_id`, `data_set_id`, `data_set_name`, `route`, `source`, `destination`, `n_items`, `resumes`, `label`, `run_id`, `begun_at`) VALUES (0x7e09247c059742f1ae2b6688cf84d79d, 'b85a3f40bb73b213569d70a3eaaf76bfbaf9215dc74d62ca09edbcc6972c9310', 0xa78d58eb884450e19882ceb0b98e6e12, 'raw-video/SC038/2021-01-01', 'upload', 'rig', 'archive-video', 1, 0, 'session-archive upload raw-video/SC038/2021-01-01 b85a3f40bb73', 'manual__2026-11-26T11:12:52.851003+00:00', '2026-11-26 11:12:54.715173');
CREATE TABLE `submission__items` (
  `submission_id` binary(16) NOT NULL COMMENT ':uuid:Globus',
  `piece` smallint(6) NOT NULL COMMENT ':int16:',
  `content` longblob NOT NULL COMMENT ':bytes:',
  PRIMARY KEY (`submission_id`,`piece`),
  CONSTRAINT `submission__items_ibfk_1` FOREIGN KEY (`submission_id`) REFERENCES `submission` (`submission_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='The packed list of the paths that this transfer moves, in pieces';
INSERT INTO `submission__items` (`submission_id`, `piece`, `content`) VALUES (0x318a3821b0544062a2f6fcb7e3b11b50, 0, 0x789c8b560a76363036d54f4e2c492f8907b3e30d0c0dcc8d0ce2d30df4d1f8f199b9a9c998a22540cd7a6029bde0c878630b9378b378530303bd928a12251d05ea5a9058a0979499470b6373534b12a96e6e4e1a4d9c0b34961ce79618e8e565a61492e3249856b0b5b100bf089e70);
INSERT INTO `submission__items` (`submission_id`, `piece`, `content`) VALUES (0x01872cff816d4414a3b1cb48cfd99e22, 0, 0x789c8b560a76363032d237b030b0303230b4d42fcb4c49cdd7070bc6c304e393f24b4af273f54a2a4a94741488d2510c1424423dc4e0780303035d2036d04b2ccb24568721c93a8c88d501723c296e82aa27da4550f548ee8905002ef76841);
INSERT INTO `submission__items` (`submission_id`, `piece`, `content`) VALUES (0x89a2471eebd34987b018d5e495bddd11, 0, 0x789c8b560a763630b6d04f4e2c492f8907b3e30d0c0d0c8d0ce2d30df4d1f8f199b9a9c998a225067a6009bdc402bda4cc3c251d052a1b9a9b5a9248655373d268e054a0a1e43ad51097a98614842a7e4369e054f24315bfa1e43815a83f2f33a5901c07c1b482ad8d0500a285dd71);
INSERT INTO `submission__items` (`submission_id`, `piece`, `content`) VALUES (0xd5dd6dc804ee4dc7befaa12d2400e675, 0, 0x789c8b560a763630b6d03730343034323032d42fcb4c49cdd7070bc6c304e393f24b4af273f54a2a4a94741488d2510c1424423dc4e0780303035d2036d04b2ccb24568721c93a8c88d501723c296e82aa27da4550f548ee890500c8a267df);
INSERT INTO `submission__items` (`submission_id`, `piece`, `content`) VALUES (0xfa979120c97744d58c775e31d976c9b3, 0, 0x789c8b560a763630b6d04f4e2c492f8907b3e30d0c0d0c8d0ce3d30df4d1f8f199b9a9c998a225067a6009bdc402bda4cc3c251d052a1b9a9b5a9248655373d268e054a0a1e43815a83f2f33a5901c07c1b482ad8d05004b0a7f5b);
INSERT INTO `submission__items` (`submission_id`, `piece`, `content`) VALUES (0x72a4ab3261f144ea8afa6b8e7fea61e5, 0, 0x789cb592c10e82300c865fc5703675801a3cfb089e8c31cd8449160426ab46df5e42f4600ccc947159b62efdfe3ffd7b08765b11458b54524ed8dd5124220937988bc5d7fba429ad3305a5a4603efbbf2f17a84b95fe56a96d86ee0b767b8c9325ae712504d0c3bf803470d2d514d85291f4cebd9c27b1db62f976bb130bdb765d6e9654837953df0c90bd8f051ad9c8d282798e0559a30b856f7f162a5f446a0b6c5cd81f49e865f30705f89befc272576990cbdf7c17966b37eae7465ee21b14e0c7e7c24e320f7e7c2e2cd76edccf8dbdc43728c08fcf859d641efcf85c588e5d1250e9eccab1f469ed648f2f9e368833);
INSERT INTO `submission__items` (`submission_id`, `piece`, `content`) VALUES (0x7bf699771f8c492bb74e044b9c86308c, 0, 0x789c8b560a763630b6d04f4e2c492f8907b3e30d0c0d0c8d0ce2d30df4d1f8f199b9a9c998a225067a6009bdc402bda4cc3c251d052a1b9a9b5a9248655373d268e054a0a1e43ad51097a98614842a7e4369e054f24315bfa1e43815a83f2f33a5901c07c1b482ad8d0500a285dd71);
INSERT INTO `submission__items` (`submission_id`, `piece`, `content`) VALUES (0x7e09247c059742f1ae2b6688cf84d79d, 0, 0x789c8b560a763630b6d03730343034323032d42fcb4c49cdd7070bc61703d9f1060686ba0640a0975896a9140b002eb30cd9);
CREATE TABLE `transfer_outcome` (
  `submission_id` binary(16) NOT NULL COMMENT ':uuid:Globus',
  `status` varchar(16) NOT NULL COMMENT ':varchar(16):SUCCEEDED, FAILED, LOST',
  `detail` varchar(1024) NOT NULL COMMENT ':varchar(1024):the service''s reason',
  `n_files` int(11) NOT NULL COMMENT ':int32:',
  `n_bytes` bigint(20) NOT NULL COMMENT ':int64:bytes',
  `completed_at` datetime(6) DEFAULT NULL COMMENT ':datetime(6):UTC, by the service''s clock',
  `recorded_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  PRIMARY KEY (`submission_id`),
  CONSTRAINT `transfer_outcome_ibfk_1` FOREIGN KEY (`submission_id`) REFERENCES `submission` (`submission_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='How the transfer ended; a submission without one is unfinished';
INSERT INTO `transfer_outcome` (`submission_id`, `status`, `detail`, `n_files`, `n_bytes`, `completed_at`, `recorded_at`) VALUES (0x318a3821b0544062a2f6fcb7e3b11b50, 'SUCCEEDED', '', 7, 37718, '2026-11-26 11:13:01', '2026-11-26 11:13:03.049746');
INSERT INTO `transfer_outcome` (`submission_id`, `status`, `detail`, `n_files`, `n_bytes`, `completed_at`, `recorded_at`) VALUES (0x01872cff816d4414a3b1cb48cfd99e22, 'SUCCEEDED', '', 8, 10920, '2026-11-26 11:13:15', '2026-11-26 11:13:17.111917');
INSERT INTO `transfer_outcome` (`submission_id`, `status`, `detail`, `n_files`, `n_bytes`, `completed_at`, `recorded_at`) VALUES (0x89a2471eebd34987b018d5e495bddd11, 'SUCCEEDED', '', 10, 71002, '2026-11-26 11:12:39', '2026-11-26 11:12:40.385359');
INSERT INTO `transfer_outcome` (`submission_id`, `status`, `detail`, `n_files`, `n_bytes`, `completed_at`, `recorded_at`) VALUES (0xd5dd6dc804ee4dc7befaa12d2400e675, 'FAILED', 'transfer task a7c29d8b-c4ee-4ba8-8a93-3d4885083b8f: a file may not be read or written (PERMISSION_DENIED: Path: /SC038/01012021/video/SC038_side_001-0000.avi) for 1 s; Globus keeps trying until its deadline: fix it or cancel the task; permission denied: Path: /SC038/01012021/video/SC038_side_001-0000.avi; the transfer was cancelled', 7, 9104, '2026-11-26 11:12:48', '2026-11-26 11:12:48.787290');
INSERT INTO `transfer_outcome` (`submission_id`, `status`, `detail`, `n_files`, `n_bytes`, `completed_at`, `recorded_at`) VALUES (0x7bf699771f8c492bb74e044b9c86308c, 'SUCCEEDED', '', 10, 71002, '2026-11-26 11:13:24', '2026-11-26 11:13:25.582364');
INSERT INTO `transfer_outcome` (`submission_id`, `status`, `detail`, `n_files`, `n_bytes`, `completed_at`, `recorded_at`) VALUES (0x7e09247c059742f1ae2b6688cf84d79d, 'SUCCEEDED', '', 1, 1816, '2026-11-26 11:12:54', '2026-11-26 11:12:55.601926');
CREATE TABLE `transfer_outcome__checksums` (
  `submission_id` binary(16) NOT NULL COMMENT ':uuid:Globus',
  `piece` smallint(6) NOT NULL COMMENT ':int16:',
  `content` longblob NOT NULL COMMENT ':bytes:',
  PRIMARY KEY (`submission_id`,`piece`),
  CONSTRAINT `transfer_outcome__checksums_ibfk_1` FOREIGN KEY (`submission_id`) REFERENCES `transfer_outcome` (`submission_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='The packed checksums of the files that the service compared at both ends, in pieces';
INSERT INTO `transfer_outcome__checksums` (`submission_id`, `piece`, `content`) VALUES (0x318a3821b0544062a2f6fcb7e3b11b50, 0, 0x789cb5923d4f03310c40ff4a7533ba3a1f8e1d3604030b532784aa93e33855255a81740312e2bf937640502650bb25b1233f3ffb7d58dd42c0a5cabc99a7e3790207e461dac0f2e43e6d77a6bf5fe7fe793c86c6d5e314384e694280717e9b87ebc5d3f07087c3d56220350c899a879490ad56f4458aaf6268c50886754f3a2b8dbc8c65bbffcee0b367615752454c412db94808acad854a5edd45187636cb0f11c69c182998175f5df185b85647d022f458383fc4733b1511b5442636673137cf2d4394624e624aa132c68b309c8a90d477410ab590aa9ae41c1533d512954993b43f43cc30eeb7f5f5abd9d5fd8d3b146ac169371b1d218374d7c2c150d93c5ba8d6070f264ef0df054f3b4ba04eab0b25d7dc023b243aec39b9d6629fbe0eeb8f4f9244f21c);
INSERT INTO `transfer_outcome__checksums` (`submission_id`, `piece`, `content`) VALUES (0x01872cff816d4414a3b1cb48cfd99e22, 0, 0x789cadce316bc3400c05e0bf126e6e639da4aba4aced9aa96309e6ee244386e2a126044aff7b4d4aa143060f1d04e2f1f8789fe9f51910075050846cc3e5ec310fb770fc0dc7362fcbfcbe5fae4b3aecded2f1a5a4875d22d32ec1d227e30824eb5626344267372f9e4e6b690bffb186ff8dff4c1e01e0713dd8d7cbf92faf5cb4a114d35a0933abd4899aac6f1065689bf97c970f6011e15caa309a7aa527685a739586d57dfb7abccb4bf768a8cdb844a11e5dcc8940dc2c875b4ea7af6fb0c77c0a);
INSERT INTO `transfer_outcome__checksums` (`submission_id`, `piece`, `content`) VALUES (0x89a2471eebd34987b018d5e495bddd11, 0, 0x789cb5923b6b5c311085ff8ab975586b9e92dc85a44893ca65308b340fb3109b04b60bf9efb9bbe55d279065dd6924c1f9e69cf36b79fc54a8dddb383e1ff7e7f3be40012cfbe772bf99f78797b0cbdb63d99d1f76e3c76e1e5e9787bb6fcbe3978fb07cb85b86290258edcd388014040ba18321304d6b2dadbacdb23cad9f6f8bf212c77166f9fa594e28dc0716acbd36929c25a7eb3a23e7d49685c7ad11bee7851b013c7a75609e9eb579c3ca2233b354626d2548da3ab77740d9bae14a91433c42013d3a4b6238a95a3b015e87007f4380b7ba41036b6b15a3f63e5aa2b5282a1d49ab80a7564ba2e1d705f36f94ad1b651417760d482ad368aea6a87a104c1473bb35c25bdd50e66654608d423ba10c8791204c3eb984097752c17c0794ad1b0312b09b2a250cf75334199835142b62c07f23ac62af07ff79d9004c585307e75a21baf9ba6f674363983a35d6ee4af3aa570b6e37b3a0beca5917e9ab903a7b70f6c65c27f522cbd3ef3fa37b5b71);
INSERT INTO `transfer_outcome__checksums` (`submission_id`, `piece`, `content`) VALUES (0xd5dd6dc804ee4dc7befaa12d2400e675, 0, 0x789cc5923dab94410c85ffcae5adf56e32997c8c9dd8d8df5264992433700bd9c2e52288ffdda8d808abdb590c8453e43c2767be1e4fef80ec0408d8a0e1e9e539d7e5f4533cff16cf7eb95e2f9f1eaf5faec79b870fc7d3fbb78de578f5706cdca96e3add331424c6705d4c1a19e809636aa6b53e79b74669a2c01936b1b7b9b6b7e3632db987e07389ffc1ff57f03300bcae078ff3e5f90f02775bdc876a0d8e8b9c3c19b8f510e26c84a18eb1da486241d6405894b845c632c3b89b006f114834f3dea213a18950cc280b9c5250ec535c0859064e4b271b5b469d2ca438048a7dde4dd06e11981202bbaf1d5d0d94955c600b0c48d39c2d3d77a7a1b96d340357e8819b87389858ff17c18ff2ffd6415db55b787addb7961bad16656e83ab84813dcd1951c2bd94b10777dec55354def61879a7ffcdfc952b730454c8d89339a8e6ae585770da4d0a2feaf3c550ae26e6a6d6b1e9d2493067cecaffed3ba14eef9a);
INSERT INTO `transfer_outcome__checksums` (`submission_id`, `piece`, `content`) VALUES (0x7bf699771f8c492bb74e044b9c86308c, 0, 0x789cb5923b6b5c311085ff8ab975586b9e92dc85a44893ca65308b340fb3109b04b60bf9efb9bbe55d279065dd6924c1f9e69cf36b79fc54a8dddb383e1ff7e7f3be40012cfbe772bf99f78797b0cbdb63d99d1f76e3c76e1e5e9787bb6fcbe3978fb07cb85b86290258edcd388014040ba18321304d6b2dadbacdb23cad9f6f8bf212c77166f9fa594e28dc0716acbd36929c25a7eb3a23e7d49685c7ad11bee7851b013c7a75609e9eb579c3ca2233b354626d2548da3ab77740d9bae14a91433c42013d3a4b6238a95a3b015e87007f4380b7ba41036b6b15a3f63e5aa2b5282a1d49ab80a7564ba2e1d705f36f94ad1b651417760d482ad368aea6a87a104c1473bb35c25bdd50e66654608d423ba10c8791204c3eb984097752c17c0794ad1b0312b09b2a250cf75334199835142b62c07f23ac62af07ff79d9004c585307e75a21baf9ba6f674363983a35d6ee4af3aa570b6e37b3a0beca5917e9ab903a7b70f6c65c27f522cbd3ef3fa37b5b71);
INSERT INTO `transfer_outcome__checksums` (`submission_id`, `piece`, `content`) VALUES (0x7e09247c059742f1ae2b6688cf84d79d, 0, 0x789c1dc8bb0ac2401046e1570953abfbcfde66c74e6cec538a84dd640752a510d288ef6ef0541fe743e31da13830d8c3b3dbd7a56fee3fa7f7e109e0338e2e755fe93a3c697cdc7cca741ac858626dcd8c2dc6399722868e2e3965d559b17015691c82252c5d432d215a4f5a7c53930a7a7d7f799e2219);
CREATE TABLE `transfer_outcome__left` (
  `submission_id` binary(16) NOT NULL COMMENT ':uuid:Globus',
  `piece` smallint(6) NOT NULL COMMENT ':int16:',
  `content` longblob NOT NULL COMMENT ':bytes:',
  PRIMARY KEY (`submission_id`,`piece`),
  CONSTRAINT `transfer_outcome__left_ibfk_1` FOREIGN KEY (`submission_id`) REFERENCES `transfer_outcome` (`submission_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='The packed list of the files that an unsuccessful transfer left at the destination, in pieces';
INSERT INTO `transfer_outcome__left` (`submission_id`, `piece`, `content`) VALUES (0xd5dd6dc804ee4dc7befaa12d2400e675, 0, 0x789c8b8e560a763630b6d03730343034323032d42fcb4c49cdd7070bc6c304e393f24b4af273f54a2a4a9474140c8d80d8ccc0d2c4d2c2c2c02056478138338a8182649900b13cdec0c04017880df412cb32416658189a91658a21554c31a2c414505050ea1fa819f8dd110b009c3677d4);
CREATE TABLE `verification` (
  `verification_id` binary(16) NOT NULL COMMENT ':uuid:',
  `data_set_id` binary(16) NOT NULL COMMENT ':uuid:no foreign key: a data set that failed has no row',
  `data_set_name` varchar(640) NOT NULL COMMENT ':varchar(640):',
  `place` varchar(64) NOT NULL COMMENT ':varchar(64):name in archive.toml',
  `route` varchar(16) NOT NULL COMMENT ':varchar(16):upload, discover, retrieve',
  `submission_id` binary(16) DEFAULT NULL COMMENT ':uuid:',
  `manifest_id` char(64) NOT NULL COMMENT ':char(64):',
  `verdict` varchar(16) NOT NULL COMMENT ':varchar(16):verified, unverified, failed',
  `method` varchar(1024) NOT NULL COMMENT ':varchar(1024):what was compared, and who vouches',
  `n_files` int(11) NOT NULL COMMENT ':int32:',
  `n_bytes` bigint(20) NOT NULL COMMENT ':int64:bytes',
  `n_differences` int(11) NOT NULL COMMENT ':int32:',
  `dag_id` varchar(255) NOT NULL COMMENT ':varchar(255):',
  `run_id` varchar(255) NOT NULL COMMENT ':varchar(255):',
  `verified_at` datetime(6) NOT NULL COMMENT ':datetime(6):UTC',
  PRIMARY KEY (`verification_id`),
  KEY `data_set_id` (`data_set_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='A comparison of what a place lists with what was promised, whatever the result';
INSERT INTO `verification` (`verification_id`, `data_set_id`, `data_set_name`, `place`, `route`, `submission_id`, `manifest_id`, `verdict`, `method`, `n_files`, `n_bytes`, `n_differences`, `dag_id`, `run_id`, `verified_at`) VALUES (0x6b959c5402a1441ea563536f93392733, 0x80f376791fdd50478f4b8a3edd1cb3d6, 'raw-ephys/SC035/2020-01-07/1', 'archive-ephys', 'upload', NULL, '430caeb58bfe99bb00d3341d413ff776145a459cf5063f8c32c336a856c5cc1a', 'verified', 'listing; files by voucher: 7 person; accepted by ann on 2026-11-26: compared by hand', 7, 37734, 0, 'upload_sessions', 'manual__2026-11-26T11:13:07.617814+00:00', '2026-11-26 11:13:10.057292');
INSERT INTO `verification` (`verification_id`, `data_set_id`, `data_set_name`, `place`, `route`, `submission_id`, `manifest_id`, `verdict`, `method`, `n_files`, `n_bytes`, `n_differences`, `dag_id`, `run_id`, `verified_at`) VALUES (0x2f5ef5ef9e2446ec8f238e1ef2ccf45a, 0xb88927f8c486557bbc4d826db8e83ba3, 'raw-ephys/SC038/2020-01-01', 'archive-ephys', 'upload', 0x89a2471eebd34987b018d5e495bddd11, '75ae27924c4093bfb86c8d9543ebf614311328b6f742eaea53c8552b30256586', 'verified', 'listing; files by voucher: 5 globus, 5 spikeglx', 10, 71002, 0, 'upload_sessions', 'manual__2026-11-26T11:12:28.108948+00:00', '2026-11-26 11:12:40.535126');
INSERT INTO `verification` (`verification_id`, `data_set_id`, `data_set_name`, `place`, `route`, `submission_id`, `manifest_id`, `verdict`, `method`, `n_files`, `n_bytes`, `n_differences`, `dag_id`, `run_id`, `verified_at`) VALUES (0x3e07491bfb58468d97902db50f07b4bf, 0xad8287cb02f1598cb2e44cc4a403f283, 'raw-ephys/SC035/2020-01-07', 'archive-ephys', 'upload', 0x318a3821b0544062a2f6fcb7e3b11b50, '8254f977241b13f5a4636519053adc5e26f152f6364c8bb82c8a6c62bc1d692d', 'verified', 'listing; files by voucher: 6 globus, 1 spikeglx', 7, 37718, 0, 'upload_sessions', 'manual__2026-11-26T11:12:59.777297+00:00', '2026-11-26 11:13:03.245108');
INSERT INTO `verification` (`verification_id`, `data_set_id`, `data_set_name`, `place`, `route`, `submission_id`, `manifest_id`, `verdict`, `method`, `n_files`, `n_bytes`, `n_differences`, `dag_id`, `run_id`, `verified_at`) VALUES (0x55116cfadfa74662b467b65d72b7abc9, 0x211d45cf50a3555d915c699dec46d003, 'raw-video/SC035/2020-01-07', 'archive-video', 'discover', NULL, '1ce1df5cf3dcdda512ec3d058619bfbfb95ee072ff9e3dd49d78a8d33ce31e2b', 'unverified', 'listing', 8, 10920, 0, 'discover_sessions', 'manual__2026-11-26T11:13:21.221467+00:00', '2026-11-26 11:13:22.916493');
INSERT INTO `verification` (`verification_id`, `data_set_id`, `data_set_name`, `place`, `route`, `submission_id`, `manifest_id`, `verdict`, `method`, `n_files`, `n_bytes`, `n_differences`, `dag_id`, `run_id`, `verified_at`) VALUES (0x182ca02493e94dbba6be092e0ae9389b, 0xd73681d24a2d510c8e8c17dad9074ae6, 'raw-video/SC022/2019-08-08', 'archive-video', 'upload', 0x01872cff816d4414a3b1cb48cfd99e22, 'b5ce8cd1b562996d54da7b52b69e3f181869d4ffead30fed81b215a727326ce3', 'unverified', 'listing; files by voucher: 5 globus, 3 none', 8, 10920, 0, 'upload_sessions', 'manual__2026-11-26T11:13:13.801853+00:00', '2026-11-26 11:13:17.204313');
INSERT INTO `verification` (`verification_id`, `data_set_id`, `data_set_name`, `place`, `route`, `submission_id`, `manifest_id`, `verdict`, `method`, `n_files`, `n_bytes`, `n_differences`, `dag_id`, `run_id`, `verified_at`) VALUES (0x972c5bb7b5b54586951e7b2ca23b40b4, 0xb88927f8c486557bbc4d826db8e83ba3, 'raw-ephys/SC038/2020-01-01', 'analysis', 'retrieve', 0x7bf699771f8c492bb74e044b9c86308c, '75ae27924c4093bfb86c8d9543ebf614311328b6f742eaea53c8552b30256586', 'verified', 'listing; 10 by the checksum that Globus reported', 10, 71002, 0, 'retrieve_sessions', 'manual__2026-11-26T11:13:23.348858+00:00', '2026-11-26 11:13:25.608543');
INSERT INTO `verification` (`verification_id`, `data_set_id`, `data_set_name`, `place`, `route`, `submission_id`, `manifest_id`, `verdict`, `method`, `n_files`, `n_bytes`, `n_differences`, `dag_id`, `run_id`, `verified_at`) VALUES (0xd6aaccad24fa4ea4b1094e8a63182ce0, 0xa78d58eb884450e19882ceb0b98e6e12, 'raw-video/SC038/2021-01-01', 'archive-video', 'upload', 0x7e09247c059742f1ae2b6688cf84d79d, 'b85a3f40bb73b213569d70a3eaaf76bfbaf9215dc74d62ca09edbcc6972c9310', 'verified', 'listing; files by voucher: 8 source', 8, 10920, 0, 'upload_sessions', 'manual__2026-11-26T11:12:52.851003+00:00', '2026-11-26 11:12:55.770888');
INSERT INTO `verification` (`verification_id`, `data_set_id`, `data_set_name`, `place`, `route`, `submission_id`, `manifest_id`, `verdict`, `method`, `n_files`, `n_bytes`, `n_differences`, `dag_id`, `run_id`, `verified_at`) VALUES (0x6ace64f505f54e38a9011fad3314d2ff, 0x38a0084ac49a50699f09bcca804841b3, 'raw-video/SC035/2020-01-07/1', 'archive-video', 'discover', NULL, 'dbc2eab1f1355aef7f7bcbaa6dae4f8306ca62b393c0d4bec9a661718cf595c4', 'unverified', 'listing', 8, 10920, 0, 'discover_sessions', 'manual__2026-11-26T11:13:21.221467+00:00', '2026-11-26 11:13:22.832437');
CREATE TABLE `verification__difference` (
  `verification_id` binary(16) NOT NULL COMMENT ':uuid:',
  `path_id` binary(16) NOT NULL COMMENT ':uuid:',
  `file_path` varchar(1024) NOT NULL COMMENT ':varchar(1024):',
  `problem` varchar(16) NOT NULL COMMENT ':varchar(16):missing, size, checksum, extra',
  `detail` varchar(1024) NOT NULL COMMENT ':varchar(1024):',
  PRIMARY KEY (`verification_id`,`path_id`),
  CONSTRAINT `verification__difference_ibfk_1` FOREIGN KEY (`verification_id`) REFERENCES `verification` (`verification_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='A file that is not as promised, or that was not promised (extra); the first thousand';
CREATE TABLE `~lineage` (
  `table_name` varchar(64) NOT NULL COMMENT 'table name within the schema',
  `attribute_name` varchar(64) NOT NULL COMMENT 'attribute name',
  `lineage` varchar(255) NOT NULL COMMENT 'origin: schema.table.attribute',
  PRIMARY KEY (`table_name`,`attribute_name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('#data_set_type', 'data_set_type', 'archive.#data_set_type.data_set_type');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('#file_type', 'file_type', 'archive.#file_type.file_type');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('acceptance', 'submission_id', 'archive.submission.submission_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('data_set', 'data_set_id', 'archive.data_set.data_set_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('data_set', 'data_set_type', 'archive.#data_set_type.data_set_type');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('data_set__physical_file', 'data_set_id', 'archive.data_set.data_set_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('data_set__physical_file', 'file_type', 'archive.#file_type.file_type');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('data_set__physical_file', 'path_id', 'archive.data_set__physical_file.path_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('data_set__physical_file', 'revision', 'archive.data_set__physical_file.revision');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('data_set__video_trial', 'data_set_id', 'archive.data_set.data_set_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('data_set__video_trial', 'path_id', 'archive.data_set__physical_file.path_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('data_set__video_trial', 'revision', 'archive.data_set__physical_file.revision');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('data_set_state', 'state_id', 'archive.data_set_state.state_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('decision', 'decision_id', 'archive.decision.decision_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('imported_data_set', 'data_set_id', 'archive.imported_data_set.data_set_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('imported_data_set__file', 'data_set_id', 'archive.imported_data_set.data_set_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('imported_data_set__file', 'path_id', 'archive.imported_data_set__file.path_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('look', 'look_id', 'archive.look.look_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('look__finding', 'look_id', 'archive.look.look_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('look__finding', 'number', 'archive.look__finding.number');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('manifest', 'manifest_id', 'archive.manifest.manifest_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('manifest__content', 'manifest_id', 'archive.manifest.manifest_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('manifest__content', 'piece', 'archive.manifest__content.piece');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('manifest__content', 'revision', 'archive.manifest__content.revision');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('replica', 'data_set_id', 'archive.data_set.data_set_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('replica', 'revision', 'archive.replica.revision');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('replica', 'storage_location', 'archive.storage_location.storage_location');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('replica__carried', 'data_set_id', 'archive.data_set.data_set_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('replica__carried', 'revision', 'archive.replica.revision');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('replica__carried', 'storage_location', 'archive.storage_location.storage_location');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('replica__unproven', 'data_set_id', 'archive.data_set.data_set_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('replica__unproven', 'revision', 'archive.replica.revision');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('replica__unproven', 'storage_location', 'archive.storage_location.storage_location');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('replica__verified', 'data_set_id', 'archive.data_set.data_set_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('replica__verified', 'revision', 'archive.replica.revision');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('replica__verified', 'storage_location', 'archive.storage_location.storage_location');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('retrieval', 'data_set_id', 'archive.data_set.data_set_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('retrieval', 'retrieval_id', 'archive.retrieval.retrieval_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('schema_version', 'schema_version', 'archive.schema_version.schema_version');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('source_digest', 'device', 'archive.source_digest.device');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('source_digest', 'inode', 'archive.source_digest.inode');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('source_digest', 'mtime_ns', 'archive.source_digest.mtime_ns');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('source_digest', 'place', 'archive.source_digest.place');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('source_digest', 'size', 'archive.source_digest.size');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('storage_location', 'storage_location', 'archive.storage_location.storage_location');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('submission', 'manifest_id', 'archive.manifest.manifest_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('submission', 'submission_id', 'archive.submission.submission_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('submission__items', 'piece', 'archive.submission__items.piece');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('submission__items', 'submission_id', 'archive.submission.submission_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('transfer_outcome', 'submission_id', 'archive.submission.submission_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('transfer_outcome__checksums', 'piece', 'archive.transfer_outcome__checksums.piece');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('transfer_outcome__checksums', 'submission_id', 'archive.submission.submission_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('transfer_outcome__left', 'piece', 'archive.transfer_outcome__left.piece');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('transfer_outcome__left', 'submission_id', 'archive.submission.submission_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('verification', 'verification_id', 'archive.verification.verification_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('verification__difference', 'path_id', 'archive.verification__difference.path_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('verification__difference', 'verification_id', 'archive.verification.verification_id');
CREATE DATABASE `archive_links` /*!40100 DEFAULT CHARACTER SET latin1 COLLATE latin1_swedish_ci */;
USE `archive_links`;
CREATE TABLE `archived_raw_ephys` (
  `subject_id` int(11) NOT NULL,
  `session` smallint(6) NOT NULL,
  `data_set_id` binary(16) NOT NULL COMMENT ':uuid:derived from data_set_name',
  `linked_at` datetime(6) NOT NULL COMMENT 'UTC',
  PRIMARY KEY (`subject_id`,`session`,`data_set_id`),
  UNIQUE KEY `data_set_id` (`data_set_id`),
  CONSTRAINT `archived_raw_ephys_ibfk_1` FOREIGN KEY (`subject_id`, `session`) REFERENCES `experiment`.`session` (`subject_id`, `session`) ON UPDATE CASCADE,
  CONSTRAINT `archived_raw_ephys_ibfk_2` FOREIGN KEY (`data_set_id`) REFERENCES `archive`.`data_set` (`data_set_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci COMMENT='Sessions whose raw-ephys the archive holds';
INSERT INTO `archived_raw_ephys` (`subject_id`, `session`, `data_set_id`, `linked_at`) VALUES (453475, 1, 0xad8287cb02f1598cb2e44cc4a403f283, '2026-11-26 11:13:03.273026');
INSERT INTO `archived_raw_ephys` (`subject_id`, `session`, `data_set_id`, `linked_at`) VALUES (453475, 2, 0x80f376791fdd50478f4b8a3edd1cb3d6, '2026-11-26 11:13:10.068883');
INSERT INTO `archived_raw_ephys` (`subject_id`, `session`, `data_set_id`, `linked_at`) VALUES (456773, 1, 0xb88927f8c486557bbc4d826db8e83ba3, '2026-11-26 11:12:40.544330');
CREATE TABLE `archived_tracking_video` (
  `subject_id` int(11) NOT NULL,
  `session` smallint(6) NOT NULL,
  `data_set_id` binary(16) NOT NULL COMMENT ':uuid:derived from data_set_name',
  `linked_at` datetime(6) NOT NULL COMMENT 'UTC',
  PRIMARY KEY (`subject_id`,`session`,`data_set_id`),
  UNIQUE KEY `data_set_id` (`data_set_id`),
  CONSTRAINT `archived_tracking_video_ibfk_1` FOREIGN KEY (`subject_id`, `session`) REFERENCES `experiment`.`session` (`subject_id`, `session`) ON UPDATE CASCADE,
  CONSTRAINT `archived_tracking_video_ibfk_2` FOREIGN KEY (`data_set_id`) REFERENCES `archive`.`data_set` (`data_set_id`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci COMMENT='Sessions whose raw-video the archive holds';
INSERT INTO `archived_tracking_video` (`subject_id`, `session`, `data_set_id`, `linked_at`) VALUES (440956, 1, 0xd73681d24a2d510c8e8c17dad9074ae6, '2026-11-26 11:13:17.221494');
INSERT INTO `archived_tracking_video` (`subject_id`, `session`, `data_set_id`, `linked_at`) VALUES (453475, 1, 0x211d45cf50a3555d915c699dec46d003, '2026-11-26 11:13:22.917342');
INSERT INTO `archived_tracking_video` (`subject_id`, `session`, `data_set_id`, `linked_at`) VALUES (453475, 2, 0x38a0084ac49a50699f09bcca804841b3, '2026-11-26 11:13:22.841908');
INSERT INTO `archived_tracking_video` (`subject_id`, `session`, `data_set_id`, `linked_at`) VALUES (456773, 2, 0xa78d58eb884450e19882ceb0b98e6e12, '2026-11-26 11:12:55.814527');
CREATE TABLE `~lineage` (
  `table_name` varchar(64) NOT NULL COMMENT 'table name within the schema',
  `attribute_name` varchar(64) NOT NULL COMMENT 'attribute name',
  `lineage` varchar(255) NOT NULL COMMENT 'origin: schema.table.attribute',
  PRIMARY KEY (`table_name`,`attribute_name`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('archived_raw_ephys', 'data_set_id', 'archive.data_set.data_set_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('archived_raw_ephys', 'session', 'experiment.session.session');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('archived_raw_ephys', 'subject_id', 'lab.subject.subject_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('archived_tracking_video', 'data_set_id', 'archive.data_set.data_set_id');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('archived_tracking_video', 'session', 'experiment.session.session');
INSERT INTO `~lineage` (`table_name`, `attribute_name`, `lineage`) VALUES ('archived_tracking_video', 'subject_id', 'lab.subject.subject_id');
CREATE TABLE `~log` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `timestamp` timestamp NOT NULL DEFAULT current_timestamp(),
  `version` varchar(12) NOT NULL,
  `user` varchar(255) NOT NULL,
  `host` varchar(255) NOT NULL DEFAULT '',
  `event` varchar(255) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci COMMENT='What DataJoint before 2.0 has done here';
SET FOREIGN_KEY_CHECKS = 1;
